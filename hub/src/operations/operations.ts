import { KINDS } from '../kinds/kinds.ts'
import { ACCESS_OPERATIONS } from './access/access-operations.ts'
import { checkConnection } from './connections/check.ts'
import { createConnection } from './connections/create.ts'
import { deleteConnection } from './connections/delete.ts'
import { listConnections } from './connections/list.ts'
import { showPace } from './connections/pace.ts'
import { rotateConnection } from './connections/rotate.ts'
import { showConnection } from './connections/show.ts'
import { testConnection } from './connections/test.ts'
import { updateConnection } from './connections/update.ts'
import { showFacets } from './dashboard/facets.ts'
import { showDashboard } from './dashboard/show.ts'
import { INSTALLATION_OPERATIONS } from './installation/installation-operations.ts'
import { listAssets } from './objects/assets-list.ts'
import { exportRows } from './objects/export.ts'
import { listFindings } from './objects/findings-list.ts'
import { kindOperations } from './objects/kind-operations.ts'
import { listKinds } from './objects/kinds-list.ts'
import { listTombstones } from './objects/tombstones-list.ts'
import { restoreTombstone } from './objects/tombstones-restore.ts'
import type { Operation } from './operation.ts'
import { PLAN_OPERATIONS } from './plans/plan-operations.ts'
import { cancel } from './runs/cancel.ts'
import { approve, refuse } from './runs/decide.ts'
import { listRuns } from './runs/list.ts'
import { showProgress } from './runs/progress.ts'
import { resume } from './runs/resume.ts'
import { showRun } from './runs/show.ts'
import { startSyncing } from './runs/start-sync.ts'
import { why } from './why.ts'

/** Everything that can be asked of the product, in the order in which it is shown to people. */
export const OPERATIONS: readonly Operation[] = [
  createConnection,
  checkConnection,
  listConnections,
  showConnection,
  showPace,
  testConnection,
  updateConnection,
  rotateConnection,
  deleteConnection,
  startSyncing,
  listRuns,
  showRun,
  showProgress,
  cancel,
  resume,
  approve,
  refuse,
  ...PLAN_OPERATIONS,
  why,
  listFindings,
  listAssets,
  ...KINDS.flatMap(kindOperations),
  listKinds,
  showDashboard,
  showFacets,
  listTombstones,
  restoreTombstone,
  exportRows,
  ...ACCESS_OPERATIONS,
  ...INSTALLATION_OPERATIONS,
]
