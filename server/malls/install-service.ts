import { createHash } from 'node:crypto'
import type { Clock } from '../core/clock'
import type { Keyring } from '../core/crypto'
import { newSecret } from '../core/ids'
import type { Logger } from '../core/logger'
import type { InstallStore } from './install-store'
import { type Launch, type LaunchRefusal, readLaunch } from './launch-rules'
import { type MallId, mallIdOf } from './mall'
import { MallApiError, type MallClient } from './mall-client'
import type { MallService } from './mall-service'
import type { MallStore } from './mall-store'
import type { TokenStore } from './token-store'

/** A person of a mall's admin who may come in. */
export interface Admitted {
  mallId: MallId
  adminId: string
  name: string
  role: 'owner' | 'marketer'
}

/** Why a launch does not let somebody in; `consent-needed` is the first launch of a shop. */
export type AdmissionRefusal = LaunchRefusal | 'replayed' | 'consent-needed'

/** Why a consent did not end in an installation. */
export type ConsentRefusal = 'bad-state' | 'denied' | 'bad-scopes' | 'refused' | 'mall-silent'

/** Install and launch of Cafe24 shops. */
export interface InstallService {
  /** Who a signed App URL lets in; it works once. */
  verifyLaunch(rawQuery: string): Promise<Admitted | { refusal: AdmissionRefusal }>
  /** Begins the consent of the shop that a verified App URL names, and gives the mall's address for it. */
  beginConsent(rawQuery: string, sessionId: string): Promise<string | { refusal: LaunchRefusal }>
  /** Ends a consent with what the mall sent back to the session that began it. */
  finishConsent(
    answer: { state: string; code: string; error: string },
    sessionId: string,
  ): Promise<Admitted | { refusal: ConsentRefusal }>
}

const CONSENT_MS = 10 * 60_000
// Longer than any launch stays fresh.
const REMEMBER_LAUNCH_MS = 48 * 3_600_000

/** Launches are judged by business time, consents and memory by machine time. */
export function createInstallService(parts: {
  config: { clientSecret: string; launchSkewSeconds: number }
  installs: InstallStore
  malls: MallStore
  tokens: TokenStore
  mallService: MallService
  client: MallClient
  keyring: Keyring
  clock: Clock
  machine: Clock
  logger: Logger
}): InstallService {
  const { config, installs, malls, mallService, client, keyring, clock, machine, logger } = parts
  const later = (ms: number) => new Date(machine.now().getTime() + ms)
  const read = (rawQuery: string) =>
    readLaunch(rawQuery, {
      clientSecret: config.clientSecret,
      skewSeconds: config.launchSkewSeconds,
      now: clock.now(),
    })

  async function connect(launch: { shopId: string; shopNo: number; mallId: MallId }, code: string) {
    const granted = await client.exchangeCode(launch.shopId, code)
    if (granted.shopId !== launch.shopId)
      throw new MallApiError('rejected', 'Tokens of another mall', { mallId: launch.mallId })
    await parts.tokens.save(launch.mallId, granted, clock.now())
    const { shopId, shopNo, mallId } = launch
    await malls.connect({ id: mallId, shopId, shopNo, scopes: granted.scopes, at: clock.now() })
    const mall = await malls.find(mallId)
    if (mall) await mallService.recheck(mall)
    logger.info({ mallId }, 'mall installed the app')
  }

  return {
    async verifyLaunch(rawQuery) {
      const launch = read(rawQuery)
      if (typeof launch === 'string') return { refusal: launch }
      const mallId = mallIdOf('cafe24', launch.shopId)
      if (!(await installs.useLaunch(mallId, launch.useKey, later(REMEMBER_LAUNCH_MS))))
        return { refusal: 'replayed' }
      const mall = await malls.find(mallId)
      const works = mall?.state === 'connected' && (await mallService.recheck(mall))
      return works ? admitted(launch, mallId) : { refusal: 'consent-needed' }
    },
    async beginConsent(rawQuery, sessionId) {
      const launch = read(rawQuery)
      if (typeof launch === 'string') return { refusal: launch }
      const mallId = mallIdOf('cafe24', launch.shopId)
      const state = newSecret()
      await installs.addConsent({
        id: hashOf(state),
        mallId,
        shopId: launch.shopId,
        shopNo: launch.shopNo,
        session: hashOf(sessionId),
        adminId: launch.adminId,
        nameSealed: keyring.forMall(mallId).seal(launch.adminName),
        expiresAt: later(CONSENT_MS),
      })
      return client.authorizeUrl(launch.shopId, state)
    },
    async finishConsent({ state, code, error }, sessionId) {
      const consent = await installs.findConsent(hashOf(state))
      const isOurs = consent?.session === hashOf(sessionId) && consent.expiresAt > machine.now()
      if (!consent || !isOurs || !(await installs.takeConsent(consent))) return { refusal: 'bad-state' }
      if (error !== '' || code === '') return { refusal: refusalOf(error) }
      const { mallId, adminId } = consent
      try {
        await connect(consent, code)
      } catch (cause) {
        if (!(cause instanceof MallApiError)) throw cause
        logger.warn({ mallId, refusal: cause.refusal, context: cause.context }, 'consent could not be used')
        return { refusal: cause.refusal === 'transient' ? 'mall-silent' : 'refused' }
      }
      return { mallId, adminId, name: keyring.forMall(mallId).open(consent.nameSealed), role: 'owner' }
    },
  }
}

function admitted(launch: Launch, mallId: MallId): Admitted {
  const role = launch.isOwner ? 'owner' : 'marketer'
  return { mallId, adminId: launch.adminId, name: launch.adminName, role }
}

function refusalOf(error: string): ConsentRefusal {
  if (error === 'access_denied') return 'denied'
  return error === 'invalid_scope' ? 'bad-scopes' : 'refused'
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
