import { boolean, number, oneOf, text, texts } from './column.ts'
import { defineKind } from './kind.ts'

const HOW_COMMON = ['RARE', 'UNCOMMON', 'COMMON', 'VERY_COMMON']

/** A product or service in use somewhere in the estate; technologies become the asset types of assets. */
export const technology = defineKind({
  name: 'technology',
  plural: 'technologies',
  about: 'A product or service in use somewhere in the estate; technologies become the asset types of assets.',
  scopes: ['read:inventory'],
  source: { connection: 'technologies', filterType: 'TechnologyFilters', pageSize: 500, partitions: [] },
  title: 'name',
  select: `
    id name icon description categories { name } usage status risk note ownerName businessModel popularity projectCount
    codeRepoCount isCloudService supportedOperatingSystems deploymentModel stackLayer`,
  columns: {
    id: text('id', 'Wiz id of the technology.'),
    name: text('name', 'Its name.').nullable().index(),
    categories: texts('categories[].name', 'The groups it belongs to.').nullable().index(),
    usage: oneOf('usage', 'How common it is here.', HOW_COMMON).nullable().ranked().index(),
    popularity: oneOf('popularity', 'How common it is elsewhere.', HOW_COMMON).nullable().ranked(),
    status: oneOf('status', 'The stance taken on it.', ['UNREVIEWED', 'SANCTIONED', 'UNSANCTIONED', 'REQUIRED'])
      .nullable()
      .index()
      .tracked(),
    risk: oneOf('risk', 'The risk it brings.', ['NONE', 'LOW', 'MEDIUM', 'HIGH']).nullable().ranked().index().tracked(),
    stackLayer: text('stackLayer', 'The layer of the stack it is in.').nullable().index(),
    isCloudService: boolean('isCloudService', 'A cloud provider runs it.').nullable(),
    projectCount: number('projectCount', 'How many projects use it.').nullable(),
  },
})
