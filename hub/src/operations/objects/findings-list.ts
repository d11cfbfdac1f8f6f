import { findingRelation } from '../../store/query/finding-relation.ts'
import { listOperation } from '../listing.ts'

/** All kinds of finding as one list. */
export const listFindings = listOperation(findingRelation, {
  name: 'findings.list',
  about: 'Lists findings of all kinds together, the worst and newest first.',
  http: 'GET /findings',
  columns: ['title', 'kind', 'severity', 'status', 'assetName', 'detectedAt', 'id'],
  examples: [
    "findings list --filter 'severity>=HIGH' --filter status=OPEN",
    "findings list --filter 'dueAt<2026-12-31'",
  ],
})
