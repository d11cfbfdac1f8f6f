import { cloudResource } from '../../kinds/cloud-resource.ts'
import { kindRelation } from '../../store/query/kind-relation.ts'
import { listOperation } from '../listing.ts'

/** All resources, with the technologies on them as their asset types. */
export const listAssets = listOperation(kindRelation(cloudResource), {
  name: 'assets.list',
  about: 'Lists assets: all cloud resources, with the technologies found on them as their asset types.',
  http: 'GET /assets',
  columns: ['name', 'type', 'assetTypes', 'platform', 'status', 'issueCount', 'id'],
  examples: ['assets list --filter platform=AWS --filter isExposed=true', 'assets list --filter assetTypes=nginx'],
})
