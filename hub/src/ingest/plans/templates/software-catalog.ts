import type { PlanTemplate } from '../template.ts'

/** What a software catalogue links to: issues with their controls, projects and tickets. */
export const softwareCatalog: PlanTemplate = {
  name: 'software-catalog',
  title: 'Software catalog',
  about: 'Issues, controls, projects and service tickets for a software catalog.',
  kinds: ['project', 'control', 'issue', 'service-ticket'],
  filters: {},
  rules: [],
  options: {
    sendRawDataExamples: {
      label: 'Send raw data examples',
      about: 'Examples of what Wiz sends are kept for trying out mappings.',
      default: true,
    },
  },
  schedule: 'every 1 hour',
  scopes: ['read:projects', 'read:issues', 'read:controls'],
}
