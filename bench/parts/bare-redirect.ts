import { createHmac, timingSafeEqual } from 'node:crypto'
import express from 'express'
import { z } from 'zod'
import { listenOnLoopback } from '../../sandbox/listen'
import { serveBench } from '../child'
import { MASTER_KEY } from '../scene'

const Setup = z.object({ target: z.string() })
const PAYLOAD_BYTES = 16

// What a tracked link costs at least: express, one HMAC, one redirect; nothing is looked up and nothing is stored.
serveBench({
  async start(input) {
    const { target } = Setup.parse(input)
    const app = express()
    app.disable('x-powered-by')
    app.get('/t/:token', (req, res) => {
      const raw = Buffer.from(req.params.token, 'base64url')
      const payload = raw.subarray(0, PAYLOAD_BYTES)
      const wanted = createHmac('sha256', MASTER_KEY).update(payload).digest().subarray(0, 8)
      // Another key signed it: the comparison is made and its answer does not matter here.
      timingSafeEqual(wanted, raw.subarray(PAYLOAD_BYTES))
      res.redirect(302, `${target}&cid=${req.params.token}`)
    })
    return { url: (await listenOnLoopback(app, 0)).url }
  },
})
