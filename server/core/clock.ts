/** A source of instants; logic never reads it, it is handed `now`. */
export interface Clock {
  now(): Date
}

/** Machine time: leases, request timeouts, sessions, TTL, log stamps. It cannot be moved. */
export const machineClock: Clock = { now: () => new Date() }

/** Where a moved clock stood at one machine instant, and how fast it runs (business seconds per machine second, 0 = frozen). */
export interface ClockAnchor {
  version: number
  businessMs: number
  machineMs: number
  speed: number
}

/** The business instant of `anchor` at the machine instant `machineMs` (epoch milliseconds). */
export function businessAt(anchor: ClockAnchor, machineMs: number): Date {
  return new Date(Math.floor(anchor.businessMs + (machineMs - anchor.machineMs) * anchor.speed))
}

/** A business clock that follows the anchor last given to `follow`; without one it is machine time at speed 1. */
export interface MovableClock extends Clock {
  follow(anchor: ClockAnchor): void
  version(): number
  speed(): number
}

/** Business time: days, quiet hours, schedules, receipts, mall limits. Only the sandbox's follower moves it. */
export function createBusinessClock(machine: Clock = machineClock): MovableClock {
  let anchor: ClockAnchor | null = null
  return {
    now: () => (anchor ? businessAt(anchor, machine.now().getTime()) : machine.now()),
    follow(next) {
      anchor = next
    },
    version: () => anchor?.version ?? 0,
    speed: () => anchor?.speed ?? 1,
  }
}
