import { openStores, type Stores } from '../../server/models'
import { createTransactions } from '../../server/spend/transaction-store'
import { connectTestDatabase, type TestDatabase } from '../support/database'
import { callOff, endAll, endSome } from './cap-ends'
import { createHand, type Hand } from './cap-hand'
import { type CapTable, playSlot } from './cap-history'
import { plantCapMall, reservedOf } from './cap-mall'
import { createCapModel } from './cap-model'
import { type FarHand, startFarHand } from './cap-process'
import { openGround } from './ground'
import { type Rolls, rollsOf } from './rolls'
import { type Figures, noFigures, type OpenSuite, type Protection, type Suite } from './suite'

const SLOTS = 8
const STEPS_A_SLOT = 2
/** Of so many seeds one has half of its steps done by a second process. */
const FAR_EVERY = 20
const hasSecondProcess = (seed: number) => seed % FAR_EVERY === 5

/**
 * Budgets under random histories: random prices, caps and steps, eight batches at once, now and then two processes, on
 * the real ledger over the real database. The judge reckons from the steps' own answers what must hold (cap-model.ts) and
 * compares the end with the rows. `hits` = hand-overs that a cap turned away.
 */
export const capSuite: Suite = {
  name: 'cap',
  seeds: 2_000,
  pieces: 2,
  shortSeeds: 6,
  atOnce: 4,
  open: openCapSuite,
}

async function openCapSuite(say: (line: string) => void, broken: Protection | null): Promise<OpenSuite> {
  const ground = await openGround(say)
  const database = await connectTestDatabase()
  // Steps of one pair of hands wait for each other, those of different pairs meet in the database.
  const near = Array.from({ length: 3 }, () => createHand(database.connection, broken))
  let far: Promise<FarHand> | null = null
  return {
    async run(seed) {
      if (hasSecondProcess(seed)) far ??= startFarHand(database.uri)
      const away = hasSecondProcess(seed) ? await far : null
      const hands = away ? [...near, away.hand, away.hand, away.hand] : near
      return playSeed(database, hands, rollsOf(seed), `cafe24-cap${seed}`, say)
    },
    async close() {
      await (await far)?.stop()
      await database.close()
      await ground.close()
    },
  }
}

async function playSeed(
  { connection }: TestDatabase,
  hands: Hand[],
  rolls: Rolls,
  mallId: string,
  say: (line: string) => void,
): Promise<Figures> {
  const stores = openStores(connection)
  const planted = await plantCapMall(stores, createTransactions(connection), mallId, rolls)
  const model = createCapModel()
  const budgetIds = [...new Set(planted.runs.flatMap((run) => run.budgetIds))]
  await Promise.all(
    budgetIds.map((id) => {
      const capWon = rolls.chance(0.45) ? rolls.between(1, 2_000) : null
      model.open(id, capWon)
      return stores.spend.setCap(mallId, id, capWon)
    }),
  )
  const table: CapTable = { ...planted, mallId, model, wonOver: 0, turnedAway: 0, wrong: [] }
  const handOf = (slot: number) => hands[slot % hands.length] ?? rolls.one(hands)
  const play = () =>
    Promise.all(
      Array.from({ length: SLOTS }, (_, slot) =>
        playSlot(table, handOf(slot), handOf(slot + 1), rolls.fork(), STEPS_A_SLOT),
      ),
    )
  await play()
  await judgeNow(stores, table)
  await failFirstTries(table, hands, rolls)
  await play()
  await finish(table, hands, rolls)
  await judgeNow(stores, table)
  await judgeEnd(stores, table)
  for (const wrong of table.wrong) say(`${mallId}: ${wrong}`)
  const { wonOver, turnedAway } = table
  return {
    ...noFigures(),
    runs: table.runs.length,
    faults: turnedAway,
    hits: turnedAway,
    wonOver,
    mismatches: table.wrong.length,
  }
}

/** Results for one batch of each run that may send texts, so that the second half of a history has some. */
async function failFirstTries(table: CapTable, hands: Hand[], rolls: Rolls): Promise<void> {
  for (const run of table.runs) {
    const out = table.batches.filter(
      (each) => each.run === run && each.step === 1 && (each.state === 'out' || each.state === 'accepted'),
    )
    if (run.price.fallbackWon === null || out.length === 0) continue
    const batch = rolls.one(out)
    await endSome(table, [rolls.one(hands)], rolls, { batch, count: batch.openIds.length })
  }
}

/** Everything that is out ends, everything that waits is called off. */
async function finish(table: CapTable, hands: Hand[], rolls: Rolls): Promise<void> {
  for (const run of table.runs) {
    const own = table.batches.filter((batch) => batch.run === run)
    await endAll(
      table,
      rolls.one(hands),
      rolls,
      own.filter(({ state }) => state === 'out' || state === 'accepted'),
    )
    await callOff(
      table,
      rolls.one(hands),
      own.filter(({ state }) => state === 'planned'),
    )
  }
}

/** With nothing under way: what each budget says is what the steps came to, to the won. */
async function judgeNow(stores: Stores, { mallId, model, batches, wrong }: CapTable): Promise<void> {
  const budgets = await Promise.all(model.budgetIds().map((id) => stores.spend.budget(mallId, id)))
  for (const [place, id] of model.budgetIds().entries()) {
    const budget = budgets[place]
    const own = model.purse(id)
    const reserved = batches
      .filter(({ run }) => run.budgetIds.includes(id))
      .reduce((sum, batch) => sum + reservedOf(batch), 0)
    if (!budget) {
      wrong.push(`${id}: no budget`)
      continue
    }
    const held = budget.reservedWon + budget.chargedWon
    if (budget.reservedWon !== reserved) wrong.push(`${id}: reserved ${budget.reservedWon}, not ${reserved}`)
    if (held !== own.surelyKept) wrong.push(`${id}: holds ${held}, not ${own.surelyKept}`)
    if (budget.peakWon < own.highest) wrong.push(`${id}: peak ${budget.peakWon} below ${own.highest}`)
    if (budget.peakWon > own.highestCap) wrong.push(`${id}: peak ${budget.peakWon} above ${own.highestCap}`)
  }
}

/** With everything ended: the rows' charges are the budgets', and every tally is empty but for its ends. */
async function judgeEnd(stores: Stores, { mallId, runs, model, wrong }: CapTable): Promise<void> {
  const charged = new Map<string, number>()
  for (const run of runs) {
    let rows = 0
    for await (const send of stores.sends.stream(mallId, run.id)) {
      rows += 1
      if (send.end === null) wrong.push(`${send.id}: still open`)
      for (const id of run.budgetIds) charged.set(id, (charged.get(id) ?? 0) + send.chargedWon)
    }
    const tally = await stores.tallies.byRun(mallId, run.id)
    const ended = Object.values(tally?.ended ?? {}).reduce((sum, count) => sum + count, 0)
    if (tally?.waiting !== 0 || tally.out !== 0 || tally.unsettled !== 0 || ended !== rows)
      wrong.push(`${run.id}: tally ${JSON.stringify(tally)} of ${rows}`)
  }
  for (const id of model.budgetIds()) {
    const budget = await stores.spend.budget(mallId, id)
    if (budget?.chargedWon !== (charged.get(id) ?? 0))
      wrong.push(`${id}: charged ${budget?.chargedWon}, the rows say ${charged.get(id) ?? 0}`)
  }
}
