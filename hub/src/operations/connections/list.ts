import { connectionRelation } from '../../store/query/own-relations.ts'
import { listOperation } from '../listing.ts'

/** The connections there are. */
export const listConnections = listOperation(connectionRelation, {
  name: 'connections.list',
  about: 'Lists the connections, with how each of them stands.',
  http: 'GET /connections',
  columns: ['name', 'status', 'apiUrl', 'clientId', 'projectIds', 'lastSuccessAt', 'statusReason'],
  examples: ['connections list', 'connections list --filter status=inactive --json'],
})
