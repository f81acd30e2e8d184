import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

/** A real SMTP server on loopback that keeps what it was given. */
export interface MailServer {
  url: string
  /** Mails as they came over the wire, oldest first. */
  received: { to: string[]; raw: string }[]
  /** From now on every mail is refused (`true`) or taken (`false`). */
  refuse(refused: boolean): void
  close(): Promise<void>
}

/** Starts a mail server that takes everything, without TLS and login. */
export async function startMailServer(): Promise<MailServer> {
  const received: MailServer['received'] = []
  let refused = false
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (address, _session, done) =>
      refused ? done(new Error(`mailbox of ${address.address} is full`)) : done(),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ to, raw: Buffer.concat(chunks).toString('utf8') })
        done()
      })
    },
  })
  server.on('error', () => undefined)
  const { server: socket } = server
  server.listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const address = socket.address()
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    received,
    refuse(next) {
      refused = next
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  }
}
