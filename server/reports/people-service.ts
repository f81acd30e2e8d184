import type { MallId } from '../malls/mall'
import type { PeopleQuery, RunPerson } from './people'
import { sourcesOf } from './people-rules'
import { type PeopleSourceParts, readSource } from './people-sources'

/** A place in a list: the source, and the row of it behind which the next page begins. */
export interface PeoplePlace {
  source: number
  after: string | undefined
}

/** One page of people, in clear. */
export interface PeoplePage {
  people: RunPerson[]
  next: PeoplePlace | null
}

/** Lists of the people behind the figures of a run. */
export interface PeopleService {
  page(
    mallId: MallId,
    runId: string,
    query: PeopleQuery,
    options: { place?: PeoplePlace; limit: number },
  ): Promise<PeoplePage>
  /** Everybody, page by page, for a file. */
  stream(mallId: MallId, runId: string, query: PeopleQuery): AsyncIterable<RunPerson>
}

const STREAM_SIZE = 500
const FIRST: PeoplePlace = { source: 0, after: undefined }

/** Builds the people service. */
export function createPeopleService(parts: PeopleSourceParts): PeopleService {
  const service: PeopleService = {
    async page(mallId, runId, query, { place = FIRST, limit }) {
      const sources = sourcesOf(query)
      const people: RunPerson[] = []
      let { after } = place
      for (let at = place.source; at < sources.length; at += 1, after = undefined) {
        const source = sources[at]
        if (!source) break
        const wanted = limit - people.length
        const found = await readSource(parts, { mallId, runId, source, after, limit: wanted + 1 })
        people.push(...found.slice(0, wanted))
        const last = people.at(-1)
        if (found.length > wanted) {
          return { people, next: { source: at, after: wanted === 0 ? after : last?.key } }
        }
      }
      return { people, next: null }
    },
    async *stream(mallId, runId, query) {
      let place: PeoplePlace | null = FIRST
      while (place) {
        const page: PeoplePage = await service.page(mallId, runId, query, { place, limit: STREAM_SIZE })
        yield* page.people
        place = page.next
      }
    },
  }
  return service
}
