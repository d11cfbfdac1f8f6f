import type { Operation } from '../operation.ts'
import { rotateMasterKeys, showMasterKey } from './master-key.ts'
import { supportBundle } from './support-bundle.ts'

/** What can be asked about the installation itself. */
export const INSTALLATION_OPERATIONS: readonly Operation[] = [showMasterKey, rotateMasterKeys, supportBundle]
