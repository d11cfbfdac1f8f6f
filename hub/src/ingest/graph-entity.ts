import type { Kind } from '../kinds/kind.ts'

/** What is asked of a node of the security graph: resources have no root of their own for a single one. */
export const GRAPH_ENTITY = { root: 'graphEntity', selection: 'id name type properties projects { id name }' }

/** The types of the graph that are kinds of their own; all others are cloud resources. */
export const ENTITY_TYPES: Readonly<Record<string, string | undefined>> = {
  'cloud-resource': undefined,
  'container-image': 'CONTAINER_IMAGE',
  repository: 'REPOSITORY',
}

/** Whether the objects of a kind are nodes of the security graph. */
export function isGraphEntity(kind: Kind): boolean {
  return kind.name in ENTITY_TYPES
}
