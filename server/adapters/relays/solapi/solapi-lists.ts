import { AppError } from '../../../core/errors'
import type { Receipt } from '../../../messages/message-relay'
import type { Credentials, SolapiHttp } from './solapi-http'
import { MessagePage, readReceipts } from './solapi-wire'

const PAGE = 500
// A cursor that never ends would keep a worker for ever; two million messages are more than one account sends a day.
const MAX_PAGES = 4_000

/** All pages of a message list; throws AppError `relay-list-unreadable` when one cannot be read, so that its window is asked for again. */
export async function* listAll(
  http: SolapiHttp,
  credentials: Credentials,
  path: string,
  query: Record<string, string>,
): AsyncGenerator<{ receipts: Receipt[]; malformed: number }> {
  let startKey: string | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await http.call(credentials, 'GET', path, {
      query: { ...query, limit: PAGE, ...(startKey === null ? {} : { startKey }) },
    })
    const read = answer.kind === 'ok' ? MessagePage.safeParse(answer.body) : null
    if (!read?.success)
      throw new AppError('relay-list-unreadable', 'A list of the relay could not be read', {
        answer: answer.kind,
        page,
      })
    yield readReceipts(Object.values(read.data.messageList))
    const next: string | null = read.data.nextKey ?? null
    if (next === null || next === startKey) return
    startKey = next
  }
}

/** All receipts of one group. */
export async function receiptsOfGroup(
  http: SolapiHttp,
  credentials: Credentials,
  groupId: string,
): Promise<{ receipts: Receipt[]; malformed: number }> {
  const path = `/messages/v4/groups/${encodeURIComponent(groupId)}/messages`
  const receipts: Receipt[] = []
  let malformed = 0
  for await (const page of listAll(http, credentials, path, {})) {
    receipts.push(...page.receipts)
    malformed += page.malformed
  }
  return { receipts, malformed }
}
