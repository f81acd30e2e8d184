import type { createServer } from 'node:http'
import { z } from 'zod'
import { listenOnLoopback } from '../../sandbox/listen'
import { serveBench } from '../child'

const Setup = z.object({ answers: z.record(z.string(), z.number()) })

const bodies = new Map<string, Buffer>()

// Reads each request to its end and answers with as many bytes as the play relay did.
serveBench({
  async start(input) {
    for (const [call, bytes] of Object.entries(Setup.parse(input).answers))
      bodies.set(call, Buffer.alloc(bytes, 'x'))
    const handler: Parameters<typeof createServer>[1] = (req, res) => {
      req.resume()
      req.once('end', () => {
        const body = bodies.get(`${req.method}`) ?? Buffer.alloc(0)
        res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length })
        res.end(body)
      })
    }
    return { url: (await listenOnLoopback(handler, 0)).url }
  },
})
