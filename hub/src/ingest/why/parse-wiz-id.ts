import { Refused } from '../../errors.ts'

/** An object of Wiz, as people point at it. */
interface WizPointer {
  readonly id: string
  /** The kinds it can be; undefined where the pointer does not tell. */
  readonly kinds: readonly string[] | undefined
}

const ID = /[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}/
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i

// The links of Wiz's portal hold their object behind a `#~`, in a notation that escapes by `*`.
const LINKS: readonly { readonly pattern: RegExp; readonly kinds: readonly string[] | undefined }[] = [
  { pattern: /\bissue~'([^'~()]+)/, kinds: ['issue'] },
  { pattern: /\bdetectionId~'([^'~()]+)/, kinds: ['detection'] },
  { pattern: /\bproject~'([^'~()*]+)/, kinds: undefined },
]

const ENTITY = /\bentity~\(~'([^'~()*]+)\*2c([A-Z_]+)/
const KIND_OF_ENTITY: Readonly<Record<string, readonly string[]>> = {
  SECURITY_TOOL_FINDING: ['vulnerability-finding'],
  CONFIGURATION_FINDING: ['configuration-finding'],
  CONTAINER_IMAGE: ['container-image', 'cloud-resource'],
  REPOSITORY: ['repository', 'cloud-resource'],
  PROJECT: ['project'],
  TECHNOLOGY: ['technology'],
}

/** Reads an id, or the link to an object in Wiz as it is copied from the browser. */
export function parseWizId(text: string): WizPointer {
  const bare = decoded(text.replaceAll(/[\p{C}\p{Z}]/gu, '')).replaceAll(/^["'<(]+|["'>)]+$/g, '')
  if (!/[/#]/.test(bare)) return { id: whole(bare), kinds: undefined }
  const entity = ENTITY.exec(bare)
  if (entity) return { id: whole(entity[1] ?? ''), kinds: KIND_OF_ENTITY[entity[2] ?? ''] ?? ['cloud-resource'] }
  for (const { pattern, kinds } of LINKS) {
    const id = pattern.exec(bare)?.[1]
    if (id !== undefined) return { id: whole(id), kinds }
  }
  const id = UUID.exec(bare)?.[0]
  if (id !== undefined) return { id, kinds: undefined }
  throw new Refused(
    'bad-input',
    'This link names no single object. Open the object in Wiz and copy its link or its id.',
  )
}

/** Browsers and chats escape links, some of them twice. */
function decoded(text: string): string {
  let left = text
  for (let round = 0; round < 3 && left.includes('%'); round++) {
    try {
      left = decodeURIComponent(left)
    } catch {
      return left
    }
  }
  return left
}

function whole(id: string): string {
  if (ID.exec(id)?.[0] === id) return id
  throw new Refused(
    'bad-input',
    'This is neither an id nor a link of Wiz. Copy the id or the link of the object in Wiz.',
  )
}
