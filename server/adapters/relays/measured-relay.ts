import type { MessageRelay } from '../../messages/message-relay'

/** A relay whose calls are counted by what they came to; nothing else changes. */
export function measuredRelay(
  relay: MessageRelay,
  count: (sample: { call: string; outcome: string }) => void,
): MessageRelay {
  const counted = async <T>(
    call: string,
    asked: Promise<T>,
    outcomeOf: (answer: T) => string,
  ): Promise<T> => {
    const answer = await asked
    count({ call, outcome: outcomeOf(answer) })
    return answer
  }
  const stateOf = ({ state }: { state: string }) => state
  return {
    ...relay,
    prepare: (...args) => counted('prepare', relay.prepare(...args), stateOf),
    release: (...args) => counted('release', relay.release(...args), stateOf),
    fateOf: (...args) => counted('fate', relay.fateOf(...args), ({ fate }) => fate),
    check: (...args) => counted('check', relay.check(...args), ({ ok }) => (ok ? 'ok' : 'refused')),
    receiptsOf: (...args) => counted('receipts', relay.receiptsOf(...args), () => 'asked'),
  }
}
