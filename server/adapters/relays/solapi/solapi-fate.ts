import { AppError } from '../../../core/errors'
import type { HandoverFate } from '../../../messages/message-relay'
import type { Credentials, SolapiHttp } from './solapi-http'
import { receiptsOfGroup } from './solapi-lists'
import { Group } from './solapi-wire'

/**
 * What became of a group whose release may have been lost. A group that still waits is deleted, and only the relay's own
 * word that it is deleted and nothing of it was sent counts as `never-sent`: a request that comes after that is refused.
 */
export async function fateOfGroup(
  http: SolapiHttp,
  credentials: Credentials,
  groupId: string,
): Promise<HandoverFate> {
  const path = `/messages/v4/groups/${encodeURIComponent(groupId)}`
  const seen = await readGroup(http, credentials, groupId)
  if (!seen) return { fate: 'untold', detail: 'group unreadable' }
  if (seen.status === 'PENDING') await http.call(credentials, 'DELETE', path)
  const now = seen.status === 'PENDING' ? await readGroup(http, credentials, groupId) : seen
  if (!now) return { fate: 'untold', detail: 'group unreadable after deletion' }
  switch (now.status) {
    case 'DELETED':
      return now.count.sentTotal === 0 && !now.dateSent
        ? { fate: 'never-sent' }
        : { fate: 'untold', detail: 'deleted after it was sent' }
    case 'PENDING':
    case 'SCHEDULED':
      return { fate: 'untold', detail: `still ${now.status}` }
    default:
      return { fate: 'accepted', receipts: await receiptsIfReadable(http, credentials, groupId) }
  }
}

async function readGroup(http: SolapiHttp, credentials: Credentials, groupId: string): Promise<Group | null> {
  const answer = await http.call(credentials, 'GET', `/messages/v4/groups/${encodeURIComponent(groupId)}`)
  const read = answer.kind === 'ok' ? Group.safeParse(answer.body) : null
  // An answer about another group says nothing about ours.
  return read?.success && read.data.groupId === groupId ? read.data : null
}

async function receiptsIfReadable(http: SolapiHttp, credentials: Credentials, groupId: string) {
  try {
    return (await receiptsOfGroup(http, credentials, groupId)).receipts
  } catch (cause) {
    if (cause instanceof AppError) return []
    throw cause
  }
}
