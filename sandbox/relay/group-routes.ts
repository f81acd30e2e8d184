import { type Request, Router } from 'express'
import { addMessages, createGroup, deleteGroup, sendGroup } from './group-flow'
import { AddMessagesBody, CreateGroupBody, SendManyBody } from './intake-rules'
import { GroupListQuery, listGroups, listMessages, MessageListQuery } from './message-list'
import type { RelayContext } from './relay-context'
import { RelayRefusal } from './relay-errors'
import type { RelayGroup, RelayMessage } from './relay-types'
import { groupOnWire, messageOnWire, resultOnWire } from './relay-wire'

/** `/messages/v4`: groups, the one-shot send and the lists. */
export function groupRoutes(context: RelayContext): Router {
  const router = Router()
  const { accountId, store } = context
  const groupOf = (req: Request<{ groupId: string }>) => ownGroup(context, req.params.groupId)

  router.post('/groups', (req, res) => {
    res.json(groupOnWire(createGroup(context, CreateGroupBody.parse(req.body ?? {})), accountId))
  })
  router.get('/groups', (req, res) => {
    const query = GroupListQuery.parse(req.query)
    const { items, nextKey } = listGroups(store, query)
    const groupList = Object.fromEntries(items.map((group) => [group.groupId, groupOnWire(group, accountId)]))
    res.json({ startKey: query.startKey ?? null, nextKey, limit: query.limit, groupList })
  })
  router.get('/groups/:groupId', (req, res) => {
    res.json(groupOnWire(groupOf(req), accountId))
  })
  router.put('/groups/:groupId/messages', (req, res) => {
    const added = addMessages(context, groupOf(req), AddMessagesBody.parse(req.body).messages)
    const refused = added.filter(isRefused)
    const resultList = added.map((message) => resultOnWire(message, accountId))
    res.json({ errorCount: String(refused.length), resultList })
  })
  router.get('/groups/:groupId/messages', (req, res) => {
    res.json(messageList(context, MessageListQuery.parse({ ...req.query, groupId: groupOf(req).groupId })))
  })
  router.post('/groups/:groupId/send', (req, res) => {
    const group = groupOf(req)
    sendGroup(context, group)
    res.json(groupOnWire(group, accountId))
  })
  router.delete('/groups/:groupId', (req, res) => {
    const group = groupOf(req)
    deleteGroup(context, group)
    res.json(groupOnWire(group, accountId))
  })
  router.post('/send-many/detail', (req, res) => {
    res.json(sendAtOnce(context, SendManyBody.parse(req.body)))
  })
  router.get('/list', (req, res) => {
    res.json(messageList(context, MessageListQuery.parse(req.query)))
  })
  return router
}

function ownGroup({ store }: RelayContext, groupId: string): RelayGroup {
  const group = store.group(groupId)
  if (!group) throw new RelayRefusal(404, 'ResourceNotFound', '해당 그룹아이디가 존재하지 않습니다.')
  return group
}

function messageList({ store, wire }: RelayContext, query: MessageListQuery): Record<string, unknown> {
  const { items, nextKey } = listMessages(store, query)
  return {
    startKey: query.startKey ?? null,
    nextKey,
    limit: query.limit,
    messageList: Object.fromEntries(
      items.map((message) => [message.messageId, messageOnWire(message, wire)]),
    ),
  }
}

function sendAtOnce(
  context: RelayContext,
  body: ReturnType<typeof SendManyBody.parse>,
): Record<string, unknown> {
  const group = createGroup(context, body)
  const added = addMessages(context, group, body.messages)
  const refused = added.filter(isRefused)
  if (refused.length < added.length) sendGroup(context, group)
  else group.status = 'FAILED'
  const onWire = (message: RelayMessage) => resultOnWire(message, context.accountId)
  return {
    groupInfo: groupOnWire(group, context.accountId),
    failedMessageList: refused.map(onWire),
    // Accepted means 2000 here, though the message may be a step further by now.
    ...(body.showMessageList
      ? { messageList: added.filter((m) => !isRefused(m)).map((m) => ({ ...onWire(m), statusCode: '2000' })) }
      : {}),
  }
}

function isRefused(message: RelayMessage): boolean {
  return message.acceptedMs === null && message.status === 'COMPLETE'
}
