import type { PlanTemplate } from '../template.ts'

/** Everything that compliance monitoring looks at. */
export const wizCspm: PlanTemplate = {
  name: 'wiz-cspm',
  title: 'Wiz CSPM',
  about: 'Issues, vulnerabilities and configuration findings for continuous compliance monitoring.',
  kinds: ['issue', 'vulnerability-finding', 'configuration-finding'],
  filters: {},
  rules: [],
  options: {},
  schedule: 'every 1 hour',
  scopes: ['read:issues', 'read:vulnerabilities', 'read:cloud_configuration'],
}
