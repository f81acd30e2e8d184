import request from 'supertest'
import { createCampaignService } from '../../server/campaigns/campaign-service'
import { MALL, type SendsKit } from '../jobs/sends-kit'
import { frameApp } from './frame-app'
import { reportMount } from './reports-app'
import { supportMount } from './support-app'

export type Role = 'owner' | 'marketer' | 'support'

/** The pages of reports and support over what workers really did, by the relay's clock. */
export async function openPages(kit: SendsKit, role: Role = 'owner') {
  const { clock } = kit.relay
  const { connection } = kit.database
  const sending = kit.worker('web')
  const campaigns = createCampaignService({
    ...kit.stores,
    clock,
    readiness: async () => ({ ready: true }),
    pendingSends: sending.pendingSends,
    cancelPending: sending.stopCampaign,
    wakePending: sending.wake,
  })
  const progressOf: typeof sending.progressOf = (...args) => sending.progressOf(...args)
  const app = frameApp(
    [
      reportMount(connection, clock.now(), { clock, sending, campaigns, progressOf }),
      supportMount(connection, clock, (mallId, batchId) => sending.closeUnknown(mallId, batchId)),
    ],
    {},
    MALL,
  )
  const agent = request.agent(app)
  await agent.get(`/test-login?as=${role}`)
  return {
    app,
    /** The text of a page as people read it: without tags, each run of space one space. */
    async read(path: string): Promise<string> {
      const { status, text } = await agent.get(path)
      return `${status} ${plain(text)}`
    },
    html: async (path: string) => (await agent.get(path)).text,
    /** Posts a form that stands on the page `from`. */
    async post(from: string, to: string, fields: Record<string, string> = {}) {
      const { text } = await agent.get(from)
      const token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
      return agent
        .post(to)
        .type('form')
        .send({ _csrf: token, ...fields })
    },
  }
}

/** The page of the `index`-th member. */
export function personPath(index: number): string {
  return `/support/people/member-${String(index).padStart(5, '0')}`
}

function plain(html: string): string {
  return html
    .replace(/<style[\s\S]*?<\/style>|<svg[\s\S]*?<\/svg>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
}
