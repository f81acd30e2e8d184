import { connect, type Socket } from 'node:net'
import { z } from 'zod'
import { serveBench } from '../child'

const Setup = z.object({
  url: z.string(),
  tokens: z.array(z.string()).min(1),
  connections: z.number(),
  ms: z.number(),
})

const REDIRECT = 'HTTP/1.1 302'
const PHONE = 'Mozilla/5.0 (Linux; Android 16; SM-S921N) AppleWebKit/537.36 Mobile Safari/537.36'

/** Visitors over keep-alive connections, each following one link after another; told is what was answered with a redirect. */
async function follow({ url, tokens, connections, ms }: z.infer<typeof Setup>) {
  const { hostname, port } = new URL(url)
  const until = performance.now() + ms
  const counts = { redirects: 0, others: 0, broken: 0 }
  let next = 0
  const requestText = () => {
    const token = tokens[next++ % tokens.length]
    return `GET /t/${token} HTTP/1.1\r\nHost: ${hostname}\r\nUser-Agent: ${PHONE}\r\nAccept: text/html\r\n\r\n`
  }
  const visit = () =>
    new Promise<void>((done) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true })
      const answers = answersOf(socket, (head) => {
        if (head.startsWith(REDIRECT)) counts.redirects += 1
        else counts.others += 1
        if (performance.now() < until && !/\r\nconnection: close/i.test(head))
          return socket.write(requestText())
        socket.end()
      })
      socket.on('connect', () => socket.write(requestText()))
      socket.on('error', () => {
        counts.broken += 1
      })
      socket.on('data', answers)
      socket.on('close', () => done())
    })
  const began = performance.now()
  await Promise.all(Array.from({ length: connections }, visit))
  return { ...counts, ms: performance.now() - began }
}

/** Calls `answered` with the head of each whole answer that arrives on `socket`; understands Content-Length alone. */
function answersOf(socket: Socket, answered: (head: string) => void): (chunk: string) => void {
  socket.setEncoding('latin1')
  let text = ''
  return (chunk) => {
    text += chunk
    for (;;) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = text.slice(0, end + 2)
      const bytes = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (text.length < end + 4 + bytes) return
      text = text.slice(end + 4 + bytes)
      answered(head)
    }
  }
}

serveBench({ follow: (input) => follow(Setup.parse(input)) })
