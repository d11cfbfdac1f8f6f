import type { PlanTemplate } from '../template.ts'

/** Assets and the issues on them, as risk management wants them. */
export const assetsAndFindings: PlanTemplate = {
  name: 'assets-and-findings',
  title: 'Assets and findings',
  about: 'Assets of AWS, Azure and GCP with their issues of critical to low severity.',
  kinds: ['cloud-resource', 'issue'],
  filters: { severities: ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], platforms: ['AWS', 'Azure', 'GCP'] },
  rules: [],
  options: {
    skipDeletedResources: {
      label: 'Skip Issues of Deleted Resources',
      about: 'Issues whose resource is gone do not come in.',
      default: true,
      on: { rules: ['skipDeletedResources'] },
    },
    autoOnboardNewAssets: {
      label: 'Auto Onboard New Assets',
      about: 'Assets that are not here yet come in; off, only those already present are updated and assessed.',
      default: true,
      off: { rules: ['onlyKnownAssets'] },
    },
    updateExistingAssetMetadata: {
      label: 'Update Existing Asset Metadata',
      about: 'What is known of an asset follows Wiz; off, it stays as it was first seen.',
      default: true,
      off: { rules: ['keepMetadata'] },
    },
  },
  schedule: 'every 1 day',
  scopes: ['read:issues', 'read:resources'],
}
