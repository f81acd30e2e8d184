import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** The mall's admin shows apps in an iframe of its own host. */
const MALL_ADMIN = 'https://*.cafe24.com'
// Chrome applies form-action to the redirect that answers a form, and the install consent leads to the mall's API host.
const MALL_CONSENT = ['https://*.cafe24.com', 'https://*.cafe24api.com']

/** Headers of every page: no script from the page itself, no foreign frames; `sandbox` also lets plain-http play malls in. */
export function createSecurityHeaders(options: { baseUrl: string; sandbox: boolean }): RequestHandler {
  const playHosts = options.sandbox ? ['http:'] : []
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Server-drawn charts carry their text styles as attributes.
        styleSrcAttr: ["'unsafe-inline'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'https:', ...playHosts],
        connectSrc: ["'self'"],
        formAction: ["'self'", ...MALL_CONSENT, ...playHosts],
        frameAncestors: ["'self'", MALL_ADMIN, ...playHosts],
      },
    },
    // frame-ancestors says it better: X-Frame-Options knows no list of hosts.
    xFrameOptions: false,
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: options.baseUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
  })
}
