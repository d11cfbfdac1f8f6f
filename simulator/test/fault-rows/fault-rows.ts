import { FAULTS_OF_ANSWERS } from './faults-of-answers.ts'
import { FAULTS_OF_CALLS } from './faults-of-calls.ts'
import { FAULTS_OF_JOBS } from './faults-of-jobs.ts'
import type { FaultRows } from './scene.ts'

/** One row per fault; a fault without a row does not compile. */
export const FAULT_ROWS: FaultRows = { ...FAULTS_OF_CALLS, ...FAULTS_OF_ANSWERS, ...FAULTS_OF_JOBS }
