import type { ReactNode } from 'react'
import type { Detail, Kind } from '../../api/types.ts'

/** What the page of an object of any kind is made of. */
export interface ViewProps {
  readonly object: Detail
  readonly kind: Kind
  readonly actions: ReactNode
  /** What to know before all else, e.g. that it was removed. */
  readonly notices: ReactNode
}
