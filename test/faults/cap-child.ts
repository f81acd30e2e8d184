import { openDatabase } from '../../config/database'
import { registerModels } from '../../server/models'
import { createHand, type Step } from './cap-hand'

/** One more process that works on the same budgets: does the steps that its parent sends, several at once. */
async function main(): Promise<void> {
  const connection = await openDatabase(process.argv[2] ?? '')
  registerModels(connection)
  const hand = createHand(connection)
  process.on('message', (message: { id: number; step: Step }) => {
    hand(message.step).then(
      (done) => process.send?.({ id: message.id, done }),
      (cause: unknown) => process.send?.({ id: message.id, failed: String(cause) }),
    )
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ ready: true })
}

void main()
