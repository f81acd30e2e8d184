import { readMallContact } from '../../server/campaigns/contact-reader'
import { createPreviewService } from '../../server/campaigns/preview-service'
import type { Run } from '../../server/campaigns/run'
import type { Send } from '../../server/sends/send'
import { DAY, MALL, phoneOf, type SendsKit, seoul, startSendsKit } from '../jobs/sends-kit'
import { openGround } from './ground'
import { judge } from './judge'
import { breakAfterPlan, type PoisonPeople, plantPoisonPeople } from './poison-people'
import { receiveRubbish } from './poison-receipts'
import { type Rolls, rollsOf } from './rolls'
import { type Figures, noFigures, type OpenSuite, type Suite } from './suite'

/** So often may a batch break off before its healthy people are reached. */
const ROUNDS = 4

/**
 * One in a hundred people is broken: unreadable seals, absurd carts, wrong types from the mall, results of unknown sends.
 * Everybody else must be reached within a few rounds, and each broken one must be told apart with a reason. `faults` =
 * broken people, `hits` = those whom the run met.
 */
export const poisonSuite: Suite = {
  name: 'poison',
  seeds: 20,
  shortSeeds: 2,
  atOnce: 2,
  async open(say): Promise<OpenSuite> {
    const ground = await openGround(say)
    return {
      async run(seed) {
        const kit = await startSendsKit()
        try {
          return await playSeed(kit, rollsOf(seed), (line) => say(`seed ${seed}: ${line}`))
        } finally {
          await kit.close()
        }
      },
      close: ground.close,
    }
  },
}

async function playSeed(kit: SendsKit, rolls: Rolls, say: (line: string) => void): Promise<Figures> {
  const people = await plantPoisonPeople(kit, rolls)
  const campaign = await kit.campaign()
  const workers = [kit.worker('one'), kit.worker('two')]
  const [one] = workers
  if (!one) throw new Error('no worker')
  for (let round = 0; round < ROUNDS; round += 1) await one.startDueRuns()
  const later = await breakAfterPlan(kit, rolls)
  for (const [memberId, kind] of later) {
    people.healthy.delete(memberId)
    people.broken.set(memberId, kind)
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(workers.map((worker) => worker.dispatchDue()))
    await receiveRubbish(kit, one, rolls)
    kit.machine.pass(60)
    await one.sweep()
    await kit.moveTo(new Date(kit.relay.clock.now().getTime() + 2 * 60_000))
    await one.pollReceipts()
  }
  const spec = (await kit.stores.revisions.find(MALL, campaign.id, 1))?.spec
  if (spec) await lookAtPages(kit, campaign.id, spec)
  return judgePoison(kit, people, say)
}

/** The pages that show these people must open, too. */
async function lookAtPages(
  kit: SendsKit,
  campaignId: string,
  spec: Parameters<ReturnType<typeof createPreviewService>['preview']>[0]['spec'],
): Promise<void> {
  const preview = createPreviewService({
    ...kit.stores,
    recentSends: (mallId, fromDay, phoneKeys) => kit.stores.sends.recentSends(mallId, fromDay, phoneKeys, {}),
    contact: (mallId) => readMallContact(kit.stores, mallId),
    price: async () => null,
    keys: kit.parts.keyring,
    clock: kit.relay.clock,
  })
  await preview.preview({ mallId: MALL, campaignId, spec })
  await preview.people({ mallId: MALL, campaignId, spec }, 'population')
}

async function judgePoison(
  kit: SendsKit,
  people: PoisonPeople,
  say: (line: string) => void,
): Promise<Figures> {
  const figures = { ...noFigures(), faults: people.broken.size }
  const run = await kit.run()
  const sends: Send[] = []
  for await (const send of kit.stores.sends.stream(MALL, run.id)) sends.push(send)
  const accepted = kit.relay.relay.journal()
  const told = accepted.map(({ to }) => to)
  for (const memberId of people.healthy) {
    const { digits } = phoneOf(Number(memberId.slice(-5)))
    if (told.includes(digits)) continue
    figures.lost += 1
    say(`lost: ${memberId} was not reached in ${ROUNDS} rounds`)
  }
  const byMember = new Map(sends.map((send) => [send.memberId, send]))
  for (const [memberId, kind] of people.broken)
    figures.mismatches += await judgeBroken(kit, run, { memberId, kind, send: byMember.get(memberId) }, say)
  figures.hits = sends.filter(({ memberId }) => people.broken.has(memberId)).length
  const setAside = sends.filter(
    ({ memberId, endReason }) =>
      people.broken.has(memberId) && (endReason === 'invalid-number' || endReason === 'content'),
  )
  const found = judge({
    ...{ runs: [run], sends, accepted, quietHours: { fromMinute: 20 * 60, toMinute: 8 * 60 } },
    refused: setAside.map(({ id }) => ({ to: '', customFields: { k: id } })),
    tallies: await kit.stores.tallies.byRuns(MALL, [run.id]),
  })
  for (const { breach, what, id } of found.findings) say(`${breach}: ${what} (${id})`)
  figures.runs = 1
  for (const breach of ['doubles', 'lost', 'wonOver', 'atNight', 'mismatches'] as const)
    figures[breach] += found.figures[breach]
  return figures
}

/** Delivered all the same, or set aside where support finds it: an end, or a decision, with its reason. */
async function judgeBroken(
  kit: SendsKit,
  run: Run,
  { memberId, kind, send }: { memberId: string; kind: string; send: Send | undefined },
  say: (line: string) => void,
): Promise<number> {
  if (send?.end === 'delivered' || (send?.end && send.endReason !== null)) return 0
  if (send) {
    say(`mismatches: ${memberId} (${kind}): ${send.end} without a reason`)
    return 1
  }
  const decided = await kit.stores.decisions.ofMember(MALL, [run.id], memberId)
  if (decided.length === 1) return 0
  // Who does not match the campaign any more is no part of its population (law 6).
  const [doc] = await kit.database.connection
    .collection('shoppers')
    .find({ memberId, mallId: MALL })
    .toArray()
  if (doc?.['latestAddDay'] !== '2026-11-16') return 0
  say(
    `mismatches: ${memberId} (${kind}): ${decided.length} decisions on ${DAY}, ${seoul(DAY, 10).toISOString()}`,
  )
  return 1
}
