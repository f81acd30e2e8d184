import type { Logger } from 'pino'
import type { Notice } from './notice'
import type { Role } from './session-user'

declare global {
  namespace Express {
    /** Who is logged in; written by the passport strategies of `accounts`. */
    interface User {
      userId: string
      /** Null for a person who is not bound to one mall. */
      mallId: string | null
      role: Role
      /** As shown in the page head; never logged. */
      name: string
    }
    interface Request {
      id: string | number | object
      log: Logger
    }
  }
}

declare module 'express-session' {
  interface SessionData {
    /** Notices that the next page shows once. */
    notices: Notice[]
    /** Binds the form token of a visitor who is not logged in yet to a stored session. */
    formsOpened: boolean
    /** Path to go to after the login. */
    returnTo: string
  }
}
