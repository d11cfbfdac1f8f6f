import { cloudResource } from './cloud-resource.ts'
import { configurationFinding } from './configuration-finding.ts'
import { containerImage } from './container-image.ts'
import { control } from './control.ts'
import { issue } from './issue.ts'
import type { Kind } from './kind.ts'
import { project } from './project.ts'
import { repository } from './repository.ts'
import { serviceTicket } from './service-ticket.ts'
import { technology } from './technology.ts'
import { vulnerabilityFinding } from './vulnerability-finding.ts'

/** Every kind, in the order a sync brings them in: what others refer to comes first. */
export const KINDS: readonly Kind[] = [
  project,
  control,
  technology,
  repository,
  containerImage,
  cloudResource,
  issue,
  serviceTicket,
  vulnerabilityFinding,
  configurationFinding,
]

/** The kinds that are findings, seen together as one list. */
export const FINDING_KINDS = KINDS.filter((kind) => kind.finding !== undefined)

/** The kind of a name, a plural or Port's name; undefined where there is none. */
export function findKind(name: string): Kind | undefined {
  return KINDS.find((kind) => kind.name === name || kind.plural === name || kind.portName === name)
}

/** The kind of a name that our own tables hold. */
export function kindNamed(name: string): Kind {
  const kind = KINDS.find((candidate) => candidate.name === name)
  if (!kind) throw new Error(`no kind ${name}`)
  return kind
}

/** The kinds that live inside the nodes of another. */
export function kindsInside(kind: Kind): readonly Kind[] {
  return KINDS.filter(({ source }) => 'inside' in source && source.inside === kind.name)
}
