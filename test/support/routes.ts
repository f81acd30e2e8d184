import { Router } from 'express'

/** Every address that an app answers. */
export interface RouteList {
  /** `GET /campaigns/:id`, sorted. */
  routes: string[]
  /** Of these, the ones that only people with a mall reach. */
  guarded: string[]
}

/**
 * Lists the routes of the app that `build` makes. Express 5 forgets the path of a mount, so the mounting itself is
 * watched: what is not listed here cannot be reached.
 */
export async function routesOf(
  build: () => Promise<unknown>,
  isGuard: (handler: unknown) => boolean,
): Promise<RouteList> {
  const uses = jest.spyOn(Router.prototype, 'use')
  await build()
  const mounted = uses.mock.calls.map((call: unknown[], i) => ({ parent: uses.mock.contexts[i], call }))
  uses.mockRestore()

  const routes: string[] = []
  const guarded: string[] = []
  const walk = (router: unknown, base: string, inside: boolean): void => {
    for (const line of ownRoutes(router, base)) {
      routes.push(line)
      if (inside) guarded.push(line)
    }
    for (const { call } of mounted.filter(({ parent }) => parent === router)) {
      const handlers = call.flat().filter((part) => typeof part === 'function')
      const path = typeof call[0] === 'string' ? call[0] : ''
      const behind = inside || handlers.some(isGuard)
      for (const handler of handlers) walk(handler, base + path.replace(/\/$/, ''), behind)
    }
  }
  // The app's own router is the one that is mounted nowhere.
  const below = new Set(mounted.flatMap(({ call }) => call.flat()))
  const roots = new Set(mounted.map(({ parent }) => parent).filter((parent) => !below.has(parent)))
  for (const root of roots) walk(root, '', false)
  return { routes: [...new Set(routes)].sort(), guarded: [...new Set(guarded)].sort() }
}

function ownRoutes(router: unknown, base: string): string[] {
  if (typeof router !== 'function' || !('stack' in router) || !Array.isArray(router.stack)) return []
  return router.stack.flatMap((layer: unknown) => {
    const route = part(layer, 'route')
    const path = part(route, 'path')
    const methods = part(route, 'methods')
    if (typeof path !== 'string' || typeof methods !== 'object' || methods === null) return []
    const address = `${base}${path}`.replace(/(.)\/$/, '$1')
    return Object.keys(methods).map((method) => `${method.toUpperCase()} ${address}`)
  })
}

function part(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : null
}
