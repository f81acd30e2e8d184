import type { Express } from 'express'
import { createApp } from './app'
import type { Base } from './base'
import { sessionStore } from './http/session-store'
import { createMallLinks, createMounts, createWebPassport, type Services } from './mounts'

/** The express app of the web process over services that the container built. */
export function createWebApp(base: Base, services: Services): Express {
  const { config, clock, logger, connection } = base
  const passport = createWebPassport(services)
  return createApp({
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
    links: createMallLinks(base, services),
    shopName: (mallId) => services.mallService.shopName(mallId),
    health: base.health,
    ...(config.metricsToken ? { metrics: { metrics: base.metrics, token: config.metricsToken } } : {}),
  })
}
