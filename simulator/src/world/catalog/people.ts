import { mix, pick } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import { DAY, formatTimestamp, type Micros } from '../time/timestamp.ts'

const duties = [
  'Platform On-call',
  'Commerce On-call',
  'Data On-call',
  'Corporate IT Desk',
  'Security Operations',
  'Cloud Security',
  'Vulnerability Management',
  'Compliance Desk',
  'Incident Lead',
  'Network Operations',
  'Database Operations',
  'Kubernetes Operations',
  'Build Engineering',
  'Release Management',
  'Identity Operations',
  'Audit Reader',
  'Risk Owner',
  'Architecture Board',
  'Sandbox Owner',
  'Data Protection',
  'Endpoint Desk',
  'Finance Systems',
  'People Systems',
  'Research Computing',
] as const

/** Users, each one a duty rather than a person. */
export function makeUsers(seed: number, now: Micros): Node[] {
  const key = mix(seed, 0x75736572)
  const tenant = { id: uuidOf(mix(seed, 0x74656e61), 0) }
  return duties.map((name, index) => {
    const roll = mix(key, index)
    const saml = roll % 3 !== 0
    return {
      id: uuidOf(key, index),
      name,
      email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@example.com`,
      createdAt: formatTimestamp(now - (900 - index * 20) * DAY),
      lastLoginAt: roll % 7 === 0 ? null : formatTimestamp(now - (roll % 40) * DAY),
      deletedAt: null,
      expiresAt: null,
      status: 'ACTIVE',
      selectedPortalView: 'SECURITY',
      identityProviderV2: saml ? { id: 'saml-1', name: 'Example SSO' } : null,
      identityProviderTypeV2: saml ? 'SAML' : 'WIZ',
      effectiveAssignedProjects: [],
      effectiveRole: {
        id: pick(roll, ['GLOBAL_ADMIN', 'GLOBAL_READER', 'PROJECT_READER']),
        name: 'Role',
        scopes: null,
      },
      isSuspended: roll % 11 === 0,
      isAnalyticsEnabled: true,
      tenant,
      ipAddress: null,
    }
  })
}

const programs = [
  ['Ticket sync', 'THIRD_PARTY'],
  ['Warehouse export', 'THIRD_PARTY'],
  ['Runtime sensor', 'SENSOR'],
  ['Admission controller', 'KUBERNETES_ADMISSION_CONTROLLER'],
  ['Cluster connector', 'KUBERNETES_CONNECTOR'],
  ['Broker', 'BROKER'],
  ['Portal', 'FIRST_PARTY'],
] as const

/** Service accounts other than the ones that connect. */
export function makeServiceAccounts(seed: number, now: Micros): Node[] {
  const key = mix(seed, 0x73657276)
  return programs.map(([name, type], index) => ({
    id: uuidOf(key, index),
    name,
    email: null,
    type,
    authenticationSource: index % 3 === 0 ? 'LEGACY' : 'MODERN',
    expiresAt: index % 2 === 0 ? null : formatTimestamp(Math.floor((now + 200 * DAY) / 1e6) * 1e6),
  }))
}
