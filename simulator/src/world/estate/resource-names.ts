import { mix, pick } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import { hostileNames } from '../names/hostile-names.ts'
import { applications, components, environments, teams } from '../names/words.ts'

/** Where a resource is, in the words of its cloud. */
interface Place {
  type: string
  native: string
  platform: string
  provider: string
  accountId: string
  region: string
  parentProviderId: string
  clusterName: string
}

const regions: Record<string, readonly string[]> = {
  AWS: ['us-east-1', 'us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-1'],
  Azure: ['westeurope', 'northeurope', 'eastus', 'eastus2', 'uksouth'],
  GCP: ['us-central1', 'europe-west1', 'europe-west4', 'asia-northeast1'],
  OCI: ['eu-frankfurt-1', 'us-ashburn-1'],
  Alibaba: ['cn-hangzhou', 'ap-southeast-5'],
}

/** A region of a provider; none for what has no region. */
export function regionOf(provider: string, roll: number): string {
  const list = regions[provider]
  return list ? pick(roll, list) : ''
}

const hex = (roll: number) => roll.toString(16).padStart(8, '0')

/** A name that is safe to put into identifiers; the row makes it unique. */
export function plainName(roll: number, row: number): string {
  return `${pick(mix(roll, 1), applications)}-${pick(mix(roll, 2), components)}-${environmentOf(roll).slice(0, 4)}-${row.toString(36)}`
}

/** The name people see: sometimes a hostile one. */
export function shownName(roll: number, row: number): string {
  return mix(roll, 3) % 200 === 0 ? pick(mix(roll, 4), hostileNames) : plainName(roll, row)
}

/** The environment a resource is part of. */
function environmentOf(roll: number): string {
  return pick(mix(roll, 5), environments)
}

/** Tags as a JSON object, empty for many. */
export function tagsOf(roll: number): Record<string, string> {
  if (mix(roll, 6) % 5 === 0) return {}
  const tags: Record<string, string> = {
    env: environmentOf(roll),
    app: pick(mix(roll, 1), applications),
    team: pick(mix(roll, 7), teams),
  }
  if (mix(roll, 8) % 3 === 0) tags['cost-center'] = `00${mix(roll, 9) % 9000}`
  if (mix(roll, 10) % 300 === 0) tags.comment = pick(mix(roll, 11), hostileNames)
  if (mix(roll, 12) % 40 === 0) tags[''] = ''
  return tags
}

const awsServices: Record<string, string> = {
  VIRTUAL_MACHINE: 'ec2:instance/i-',
  BUCKET: 's3:',
  SERVERLESS: 'lambda:function:',
  DB_SERVER: 'rds:db:',
  DATABASE: 'rds:database/',
  USER_ACCOUNT: 'iam:user/',
  SERVICE_ACCOUNT: 'iam:instance-profile/',
  ACCESS_KEY: 'iam:access-key/',
  SECRET: 'secretsmanager:secret:',
  ENCRYPTION_KEY: 'kms:key/',
  VIRTUAL_NETWORK: 'ec2:vpc/vpc-',
  SUBNET: 'ec2:subnet/subnet-',
  FIREWALL: 'ec2:security-group/sg-',
  LOAD_BALANCER: 'elasticloadbalancing:loadbalancer/app/',
  NETWORK_INTERFACE: 'ec2:network-interface/eni-',
  VOLUME: 'ec2:volume/vol-',
  SNAPSHOT: 'ec2:snapshot/snap-',
  VIRTUAL_MACHINE_IMAGE: 'ec2:image/ami-',
  MESSAGING_SERVICE: 'sqs:',
  KUBERNETES_CLUSTER: 'eks:cluster/',
  CONTAINER_REGISTRY: 'ecr:repository/',
}

/** What identifies a resource outside of Wiz: its provider id and its short external id. */
export function identifiersOf(place: Place, roll: number, row: number): { providerId: string; externalId: string } {
  const name = plainName(roll, row)
  const unique = `${hex(mix(roll, 20))}${row.toString(16).padStart(8, '0')}`
  if (place.type === 'CONTAINER_IMAGE') {
    const digest = `sha256:${[0, 1, 2, 3, 4, 5].map((n) => hex(mix(roll, 30 + n))).join('')}${unique}`
    return { providerId: `${place.parentProviderId}@${digest}`, externalId: digest }
  }
  const host = place.platform === 'GitLab' ? 'gitlab.com' : 'github.com'
  if (place.type === 'REPOSITORY') {
    const id = `${host}##example-org/${name}`
    return { providerId: id, externalId: id }
  }
  if (place.type === 'REPOSITORY_BRANCH') {
    const id = `${place.parentProviderId}##${branchName(roll, row)}`
    return { providerId: id, externalId: id }
  }
  if (place.clusterName !== '') {
    const id = `${place.platform.toLowerCase()}/${place.clusterName}/${place.native.toLowerCase()}/${name}`
    return { providerId: id, externalId: uuidOf(roll, row) }
  }
  switch (place.provider) {
    case 'AWS': {
      const [service, rest] = (awsServices[place.type] ?? `${place.native}:`).split(/:(.*)/s) as [string, string]
      const local = rest.endsWith('-')
        ? `${rest}0${unique.slice(1)}${hex(mix(roll, 21)).slice(0, 1)}`
        : `${rest}${name}`
      const global = ['s3', 'iam'].includes(service)
      const account = service === 's3' ? '' : place.accountId
      return {
        providerId: `arn:aws:${service}:${global ? '' : place.region}:${account}:${local}`,
        externalId: local.split(/[:/]/).at(-1) ?? name,
      }
    }
    case 'Azure': {
      const group = resourceGroupOf(roll)
      const id = `/subscriptions/${place.accountId}/resourceGroups/${group}/providers/${place.native}/${name}`
      return { providerId: id, externalId: id }
    }
    case 'GCP': {
      const [service, kind] = place.native.split('#') as [string, string?]
      return {
        providerId: `https://${service}.googleapis.com/v1/projects/${place.accountId}/locations/${place.region}/${kind ?? service}s/${name}`,
        externalId: String(BigInt(`0x${unique}`)),
      }
    }
    default:
      return {
        providerId: `${(place.provider || 'device').toLowerCase()}:${place.native}/${unique}`,
        externalId: unique,
      }
  }
}

/** The resource group of a resource, for clouds that have them. */
export function resourceGroupOf(roll: number): string {
  return `rg-${pick(mix(roll, 1), applications)}-${environmentOf(roll)}`
}

/** Name of a branch: the first rows are main. */
export function branchName(roll: number, row: number): string {
  return mix(roll, 40) % 3 !== 0
    ? 'main'
    : pick(mix(roll, 41), ['develop', 'release/1', `feature/${row.toString(36)}`, 'master'])
}

/** Addresses of a machine. */
export function addressesOf(roll: number): string[] {
  const inner = `10.${mix(roll, 50) % 256}.${mix(roll, 51) % 256}.${mix(roll, 52) % 254}`
  return mix(roll, 53) % 4 === 0 ? [inner, `203.0.113.${mix(roll, 54) % 254}`] : [inner]
}
