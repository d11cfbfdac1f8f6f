import { KINDS } from '../kinds/kinds.ts'

/** Every scope that this version uses: those of the kinds. A service account that has others has more than it needs. */
export const NEEDED_SCOPES: ReadonlySet<string> = new Set(KINDS.flatMap((kind) => kind.scopes))
