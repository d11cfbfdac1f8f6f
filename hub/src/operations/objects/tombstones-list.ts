import { tombstoneRelation } from '../../store/query/own-relations.ts'
import { listOperation } from '../listing.ts'

/** What was removed, and why. */
export const listTombstones = listOperation(tombstoneRelation, {
  name: 'tombstones.list',
  about: 'Lists what was removed here, with the reason; each of these can be restored.',
  http: 'GET /tombstones',
  columns: ['deletedAt', 'kind', 'reason', 'runId', 'connection', 'id'],
  examples: ['tombstones list --filter kind=issue'],
})
