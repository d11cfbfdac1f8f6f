import type { PlanTemplate } from '../template.ts'

/** Open vulnerabilities in code and images, to be fixed at their source. */
export const vulnerabilities: PlanTemplate = {
  name: 'vulnerabilities',
  title: 'Vulnerabilities',
  about: 'Open findings with a CVE id in source repositories and container images.',
  kinds: ['vulnerability-finding'],
  filters: { statuses: ['OPEN'] },
  rules: ['onlyCve'],
  options: {
    scanSca: {
      label: 'Scan SCA Vulnerabilities',
      about: 'Vulnerabilities in the dependencies of source repositories come in.',
      default: true,
      on: { assetTypes: ['REPOSITORY_BRANCH'] },
    },
    scanContainerImages: {
      label: 'Scan Container Image Vulnerabilities',
      about: 'Vulnerabilities in container images come in.',
      default: true,
      on: { assetTypes: ['CONTAINER_IMAGE'] },
    },
  },
  schedule: 'every 6 hours',
  scopes: ['read:vulnerabilities'],
}
