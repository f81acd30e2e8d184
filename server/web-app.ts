import type { RequestListener } from 'node:http'
import { createApp, withLinks } from './app'
import type { Base } from './base'
import { sessionStore } from './http/session-store'
import { createMallLinks, createMounts, createWebPassport, type Services } from './mounts'

/** What the web process answers with, over services that the container built: tracked links, and the express app behind them. */
export function createWebApp(base: Base, services: Services): RequestListener {
  const { config, clock, logger, connection, metrics } = base
  const passport = createWebPassport(services)
  const app = createApp({
    config: {
      baseUrl: config.baseUrl,
      sessionSecret: config.sessionSecret,
      trustProxy: config.trustProxy,
      sandbox: config.sandbox.isOn,
    },
    sessionStore: sessionStore(connection),
    passport,
    clock,
    logger,
    mounts: createMounts(base, services, passport),
    shopName: (mallId) => services.mallService.shopName(mallId),
    health: base.health,
    ...(config.metricsToken ? { metrics: { metrics, token: config.metricsToken } } : {}),
  })
  return withLinks(createMallLinks(base, services), app)
}
