import { z } from 'zod'
import type { RelayState } from './relay-store'
import type { DueItem, RelayBehaviour } from './relay-types'

/** A snapshot of a play relay; its outer shape is checked, the rest is trusted, since only a relay writes it. */
export const RelaySnapshot = z.object({
  state: z.custom<RelayState>(
    (value) => typeof value === 'object' && value !== null && 'messages' in value && 'groups' in value,
  ),
  behaviour: z.custom<RelayBehaviour>(
    (value) => typeof value === 'object' && value !== null && 'kind' in value,
  ),
  due: z.custom<[number, DueItem[]][]>((value) => Array.isArray(value)),
})
