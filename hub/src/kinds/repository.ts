import { boolean, text, texts } from './column.ts'
import { defineKind } from './kind.ts'
import { PROJECTS } from './selections.ts'

/** A source code repository that Wiz scans. */
export const repository = defineKind({
  name: 'repository',
  plural: 'repositories',
  about: 'A source code repository that Wiz scans.',
  scopes: ['read:resources'],
  source: { connection: 'repositories', filterType: 'RepositoryFilters', pageSize: 500, partitions: [] },
  title: 'name',
  select: `
    id name url platform public archived visibility organization { id name }
    ${PROJECTS} branches { id name url }`,
  columns: {
    id: text('id', 'Wiz id of the repository.'),
    name: text('name', 'Its name.').nullable().index(),
    url: text('url', 'Where it lives.').nullable().index(),
    platform: text('platform', 'The code platform it is on.').nullable().index(),
    organization: text('organization.name', 'The organization it belongs to.').nullable().index(),
    visibility: text('visibility', 'Who can see it.').nullable().index(),
    isPublic: boolean('public', 'Everybody can see it.').nullable().index(),
    isArchived: boolean('archived', 'It is no longer written to.').nullable().index().tracked(),
    branches: texts('branches[].name', 'Its branches.').nullable(),
    projectIds: texts('projects[].id', 'The Wiz projects it belongs to.').nullable().index(),
  },
  planFilters: { projects: { column: 'projectIds' } },
})
