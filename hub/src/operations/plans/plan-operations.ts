import type { Operation } from '../operation.ts'
import { createPlan } from './create.ts'
import { deletePlan } from './delete.ts'
import { forecast } from './forecast.ts'
import { showLeaving } from './leaving.ts'
import { listAllPlans } from './list.ts'
import { previewPlan } from './preview.ts'
import { runPlan } from './run.ts'
import { showPlan } from './show.ts'
import { listTemplates } from './templates.ts'
import { updatePlan } from './update.ts'

/** What can be asked about ingestion plans. */
export const PLAN_OPERATIONS: readonly Operation[] = [
  listTemplates,
  forecast,
  previewPlan,
  createPlan,
  listAllPlans,
  showPlan,
  updatePlan,
  showLeaving,
  deletePlan,
  runPlan,
] as readonly Operation[]
