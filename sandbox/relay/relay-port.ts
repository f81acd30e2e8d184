import type { Express } from 'express'
import type { JournalCount, JournalEntry } from './journal'
import type { Room, RoomSummary } from './relay-rooms'
import type { RelayBehaviour } from './relay-types'

/** Figures of the relay since its start (calls) and over its whole memory (messages). */
interface RelayStats {
  calls: Record<string, number>
  answered: Record<string, number>
  messages: JournalCount
  groups: number
  balanceWon: number
  waiting: number
  webhooks: { calls: number; reports: number; failedCalls: number }
}

/** A relay with SOLAPI's shapes, a journal of its own, phones to look at, and habits that are not kind. */
export interface PlayRelay {
  /** Mount at the root of its own port. */
  app: Express
  /** All accepted messages in order of leaving. */
  journal(): JournalEntry[]
  stats(): RelayStats
  behaviour(): RelayBehaviour
  setBehaviour(change: Partial<RelayBehaviour>): RelayBehaviour
  /** Phones that show a message, the latest first. */
  rooms(): RoomSummary[]
  /** What one phone shows, oldest first; null for a phone that shows nothing. */
  room(digits: string): Room | null
  isBlocked(digits: string): boolean
  setBlocked(digits: string, blocked: boolean): void
  /** Resolves when nothing is due by now and every webhook call under way has ended. */
  settled(): Promise<void>
  snapshot(): unknown
  /** Takes up a snapshot; throws a ZodError for what is none. */
  restore(saved: unknown): void
  /** Ends all timers. */
  stop(): void
}
