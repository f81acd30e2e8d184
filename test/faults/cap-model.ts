/** One budget as the suite itself reckons it, never reading the ledger. */
export interface Purse {
  /** Every cap that may be in force now: two while a change is under way; null = none. */
  caps: (number | null)[]
  /** Won that are surely kept at this moment: stored hand-overs whose release has not begun, and charges. */
  surelyKept: number
  highest: number
  highestCap: number
  wasLowered: boolean
}

/** A hand-over under way: the least that was kept and the highest cap that was in force while it ran. */
export interface Claim {
  purses: Map<string, { least: number; cap: number }>
}

/** Reckons what must hold of budgets under steps that overlap: every verdict is sure, whatever their order was. */
export interface CapModel {
  open(budgetId: string, capWon: number | null): void
  purse(budgetId: string): Purse
  beginClaim(budgetIds: readonly string[]): Claim
  /** Won above a cap that this hand-over must have taken, 0 when it may have been right. */
  endClaim(claim: Claim, storedWon: number): number
  /** What is kept sinks, from the moment that the step begins. */
  sink(budgetIds: readonly string[], won: number): void
  beginCap(budgetId: string, capWon: number | null): void
  endCap(budgetId: string, capWon: number | null): void
  budgetIds(): string[]
}

const wonOf = (capWon: number | null) => capWon ?? Number.POSITIVE_INFINITY

/** A model of one mall's budgets. */
export function createCapModel(): CapModel {
  const purses = new Map<string, Purse>()
  const claims = new Set<Claim>()
  const purse = (budgetId: string): Purse => {
    const found = purses.get(budgetId)
    if (!found) throw new RangeError('no such purse')
    return found
  }
  return {
    purse,
    budgetIds: () => [...purses.keys()],
    open(budgetId, capWon) {
      const highestCap = wonOf(capWon)
      purses.set(budgetId, { caps: [capWon], surelyKept: 0, highest: 0, highestCap, wasLowered: false })
    },
    beginClaim(budgetIds) {
      const claim: Claim = {
        purses: new Map(
          budgetIds.map((id) => {
            const { surelyKept, caps } = purse(id)
            return [id, { least: surelyKept, cap: Math.max(...caps.map(wonOf)) }]
          }),
        ),
      }
      claims.add(claim)
      return claim
    },
    endClaim(claim, storedWon) {
      claims.delete(claim)
      let over = 0
      for (const [id, { least, cap }] of claim.purses) {
        over = Math.max(over, storedWon > 0 ? least + storedWon - cap : 0)
        const own = purse(id)
        own.surelyKept += storedWon
        own.highest = Math.max(own.highest, own.surelyKept)
      }
      return over
    },
    sink(budgetIds, won) {
      for (const id of budgetIds) {
        const own = purse(id)
        own.surelyKept -= won
        for (const { purses: seen } of claims) {
          const mine = seen.get(id)
          if (mine) mine.least = Math.min(mine.least, own.surelyKept)
        }
      }
    },
    beginCap(budgetId, capWon) {
      const own = purse(budgetId)
      own.caps = [...own.caps, capWon]
      own.highestCap = Math.max(own.highestCap, wonOf(capWon))
      own.wasLowered ||= own.caps.some((cap) => wonOf(cap) > wonOf(capWon))
      for (const { purses: seen } of claims) {
        const mine = seen.get(budgetId)
        if (mine) mine.cap = Math.max(mine.cap, wonOf(capWon))
      }
    },
    endCap(budgetId, capWon) {
      purse(budgetId).caps = [capWon]
    },
  }
}
