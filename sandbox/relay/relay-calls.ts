import type { RequestHandler } from 'express'

/** Counts calls by method and path shape, and their answers by HTTP status. */
export function createCallCounter(): {
  middleware: RequestHandler
  counts(): { calls: Record<string, number>; answered: Record<string, number> }
} {
  const calls: Record<string, number> = {}
  const answered: Record<string, number> = {}
  return {
    middleware(req, res, next) {
      const call = `${req.method} ${req.path.replace(/\/(G4V|WH01)[^/]*/g, '/*')}`
      calls[call] = (calls[call] ?? 0) + 1
      res.on('finish', () => {
        answered[res.statusCode] = (answered[res.statusCode] ?? 0) + 1
      })
      next()
    },
    counts: () => ({ calls: { ...calls }, answered: { ...answered } }),
  }
}
