/** The sandbox's movable business clock as seen over HTTP: `now` ISO 8601, `speed` business seconds per machine second (0 = frozen). */
export interface ClockState {
  version: number
  now: string
  speed: number
}

/** A clock that can be moved, sped up and frozen; every change raises `version` by one. */
export interface SandboxClock {
  now(): Date
  state(): ClockState
  set(change: { now?: Date; speed?: number }): ClockState
  onChange(listener: (state: ClockState) => void): () => void
}

/** Starts a clock at `start`; `machineNowMs` is only replaced in tests. */
export function createSandboxClock(
  start: Date,
  speed = 1,
  machineNowMs: () => number = Date.now,
): SandboxClock {
  let anchor = { businessMs: start.getTime(), machineMs: machineNowMs(), speed, version: 1 }
  const listeners = new Set<(state: ClockState) => void>()
  const nowMs = () => Math.floor(anchor.businessMs + (machineNowMs() - anchor.machineMs) * anchor.speed)
  const state = (): ClockState => ({
    version: anchor.version,
    now: new Date(nowMs()).toISOString(),
    speed: anchor.speed,
  })
  return {
    now: () => new Date(nowMs()),
    state,
    set(change) {
      anchor = {
        businessMs: change.now?.getTime() ?? nowMs(),
        machineMs: machineNowMs(),
        speed: change.speed ?? anchor.speed,
        version: anchor.version + 1,
      }
      const next = state()
      for (const listener of listeners) listener(next)
      return next
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Machine time, which no sandbox clock moves: signatures, state files, the day on which a demo begins. */
export function machineNow(): Date {
  return new Date()
}
