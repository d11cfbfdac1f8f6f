/** How bad an issue is, from mildest to worst (`Severity` in the schema). */
export const SEVERITIES = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const

/** How bad a vulnerability or a configuration finding is; these say NONE where issues say INFORMATIONAL. */
export const FINDING_SEVERITIES = ['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const

/** Where a finding stands; REJECTED is shown as Ignored in Wiz. */
export const STATUSES = ['OPEN', 'IN_PROGRESS', 'RESOLVED', 'REJECTED'] as const

/** Why an issue ended: set by Wiz, or chosen by the person who rejected or resolved it. */
export const RESOLUTION_REASONS = [
  'OBJECT_DELETED',
  'ISSUE_FIXED',
  'CONTROL_CHANGED',
  'CONTROL_DISABLED',
  'CONTROL_DELETED',
  'DETECTION_EXPIRED',
  'FALSE_POSITIVE',
  'EXCEPTION',
  'WONT_FIX',
  'MALICIOUS_THREAT',
  'NOT_MALICIOUS_THREAT',
  'SECURITY_TEST_THREAT',
  'PLANNED_ACTION_THREAT',
  'INCONCLUSIVE_THREAT',
] as const

/** The platforms seen on assets; an open set, so other words are kept too. */
export const PLATFORMS = [
  'AWS',
  'Azure',
  'GCP',
  'OCI',
  'Alibaba',
  'vSphere',
  'AKS',
  'EKS',
  'GKE',
  'Kubernetes',
  'OpenShift',
  'OKE',
] as const
