import { boolean, oneOf, text, texts, time } from './column.ts'
import { defineKind } from './kind.ts'
import { FRAMEWORKS, TICKET } from './selections.ts'
import { SEVERITIES } from './vocabulary.ts'

/** A rule over the security graph that opens issues. */
export const control = defineKind({
  name: 'control',
  plural: 'controls',
  portName: 'control',
  about: 'A rule over the security graph that opens issues.',
  scopes: ['read:controls'],
  source: { connection: 'controls', filterType: 'ControlFilters', pageSize: 500, lookup: 'control', partitions: [] },
  title: 'name',
  // `controlDescription` is the name Port's mappings use for the description.
  select: `
    id name description controlDescription: description type query scopeQuery severity enabled enabledForLBI
    enabledForMBI enabledForHBI enabledForUnattributed builtin resolutionRecommendation resolutionRecommendationPlainText
    createdBy { id name email } createdAt tags tagsV2 { key value } scopeProject { id name } supportsNRT
    hasAutoRemediation sourceCloudConfigurationRule { id shortId name } lastRunAt lastRunError lastSuccessfulRunAt
    ${FRAMEWORKS}
    externalReferences { id name } risks threats validatedAsExploitable
    serviceTickets { ${TICKET} }`,
  columns: {
    id: text('id', 'Wiz id of the control.'),
    name: text('name', 'Its name.').nullable().index(),
    type: oneOf('type', 'What it looks at.', ['SECURITY_GRAPH', 'CLOUD_CONFIGURATION']).nullable().index(),
    severity: oneOf('severity', 'How bad its issues are.', SEVERITIES).nullable().ranked().index().tracked(),
    isEnabled: boolean('enabled', 'It is in use.').nullable().index().tracked(),
    isBuiltin: boolean('builtin', 'It comes with Wiz.').nullable().index(),
    remediation: text('resolutionRecommendation', 'How to resolve its issues, as Markdown.').nullable(),
    frameworks: texts('securitySubCategories[].category.framework.name', 'The compliance frameworks it counts for.')
      .nullable()
      .index(),
    lastRunError: text('lastRunError', 'Why its last run failed.').nullable(),
    createdAt: time('createdAt', 'When it was created.').nullable(),
    lastRunAt: time('lastRunAt', 'When it last ran.').nullable(),
  },
  planFilters: { severities: { column: 'severity', wiz: (severity) => ({ severity }) } },
})
