import type { CampaignStore } from '../campaigns/campaign-store'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { AppError } from '../core/errors'
import type { Logger } from '../core/logger'
import type { Metrics } from '../core/metrics'
import type { Leases } from '../malls/lease-store'
import type { Mall, MallId } from '../malls/mall'
import { type Alert, type AlertRecord, alertIdOf } from './alert'
import type { AlertAddressStore } from './alert-address-store'
import type { AlertFactsReader } from './alert-facts'
import { alertMail } from './alert-mail'
import { alertsOf } from './alert-rules'
import type { AlertStore } from './alert-store'
import { type AlertText, alertText, MAILED } from './alert-texts'
import type { MailPort } from './mail-port'

/** Says what stands still, and tells the owner once. */
export interface AlertService {
  /** What stands still at a mall now, in words, the weightiest first. */
  ofMall(mallId: MallId): Promise<(Alert & AlertText)[]>
  /** Opens and ends the alerts of all malls and mails what is new; any number of processes may ask at once. */
  watch(): Promise<void>
  /** The address in clear; null where nobody is told by mail. */
  address(mallId: MallId): Promise<string | null>
  setAddress(mallId: MallId, email: string | null): Promise<void>
  /** Whether mail can be sent at all. */
  readonly canMail: boolean
}

interface Parts {
  facts: AlertFactsReader
  alerts: AlertStore
  addresses: AlertAddressStore
  campaigns: Pick<CampaignStore, 'find'>
  leases: Pick<Leases, 'hold'>
  keyring: Keyring
  /** Null: not configured. */
  mail: MailPort | null
  metrics: Pick<Metrics, 'mail'>
  /** Where the links of mails lead, without a trailing slash. */
  baseUrl: string
  /** Business time. */
  clock: Clock
  machine: Clock
  logger: Logger
}

const LEASE_MS = 60_000
// What goes and comes back within this time is one trouble: business time.
const FLICKER_MS = 10 * 60_000
const FORGET_MS = 90 * 86_400_000
/** Machine milliseconds until the next try; after the last nobody tries any more. */
export const MAIL_WAITS_MS = [2, 10, 30, 120].map((minutes) => minutes * 60_000)

export function createAlertService(parts: Parts): AlertService {
  const { facts, addresses, alerts, clock, keyring, leases } = parts
  const address = async (mallId: MallId) => {
    const sealed = await addresses.find(mallId)
    return sealed && keyring.forMall(mallId).open(sealed)
  }
  return {
    canMail: parts.mail !== null,
    address,
    setAddress: (mallId, email) =>
      addresses.put(mallId, email === null ? null : keyring.forMall(mallId).seal(email)),
    async ofMall(mallId) {
      const now = clock.now()
      const found = await facts.ofMall(mallId, now)
      if (!found) return []
      return Promise.all(
        alertsOf(found, now).map(async (alert) => ({ ...alert, ...(await words(parts, mallId, alert)) })),
      )
    },
    async watch() {
      await leases.hold('alerts', LEASE_MS, async () => {
        const now = clock.now()
        const open = new Map((await alerts.open()).map((record) => [record.id, record]))
        const standing = new Set<string>()
        for (const found of await facts.ofAll(now)) {
          for (const alert of alertsOf(found, now)) {
            const id = alertIdOf(found.mall.id, alert)
            standing.add(id)
            const record = open.get(id) ?? (await begin(parts, found.mall.id, alert, now))
            if (record) await tell(parts, { mall: found.mall, alert, record, address })
          }
        }
        for (const { id, mallId } of open.values()) if (!standing.has(id)) await alerts.end(mallId, id, now)
        await alerts.forget(new Date(now.getTime() - FORGET_MS))
      })
    },
  }
}

async function begin(parts: Parts, mallId: MallId, alert: Alert, now: Date): Promise<AlertRecord | null> {
  parts.logger.info({ mallId, kind: alert.kind, runId: alert.runId }, 'sending stands still')
  return parts.alerts.begin(mallId, alert, now, FLICKER_MS)
}

async function words(parts: Parts, mallId: MallId, alert: Alert): Promise<AlertText> {
  const campaign = alert.campaignId && (await parts.campaigns.find(mallId, alert.campaignId))
  return alertText(alert, campaign ? campaign.name : null)
}

/** A stop between the server's answer and the mark lets a mail go out twice, under the same message id; a mark never lies. */
async function tell(
  parts: Parts,
  one: {
    mall: Mall
    alert: Alert
    record: AlertRecord
    address: (mallId: MallId) => Promise<string | null>
  },
): Promise<void> {
  const { mall, alert, record } = one
  const { mail, alerts, machine } = parts
  const waitMs = MAIL_WAITS_MS[record.tries]
  if (!mail || record.mailedAt || waitMs === undefined || !MAILED.includes(alert.kind)) return
  if (record.nextTryAt > machine.now()) return
  try {
    const to = await one.address(mall.id)
    if (to === null || !(await alerts.claimMail(record, new Date(machine.now().getTime() + waitMs)))) return
    const text = await words(parts, mall.id, alert)
    await mail.send(alertMail({ to, text, record, shopName: mall.name, baseUrl: parts.baseUrl }))
    await alerts.mailed(mall.id, record.id, machine.now())
    parts.metrics.mail('sent')
  } catch (cause) {
    parts.metrics.mail('failed')
    const about = { mallId: mall.id, kind: alert.kind, ...(cause instanceof AppError ? cause.context : {}) }
    if (record.tries + 1 < MAIL_WAITS_MS.length) parts.logger.warn(about, 'a mail did not leave; tried again')
    else parts.logger.error(about, 'the owner could not be told by mail that sending stands still')
  }
}
