/** The parts of an enrichment file that matter to what becomes of it. */
export interface UploadedAsset {
  /** Where the asset is to be looked for. */
  identifier: string
  /** Kinds of asset that are made when they are missing. */
  creates: 'VIRTUAL_MACHINE' | 'REPOSITORY_BRANCH' | null
  name: string
  vulnerabilities: Record<string, unknown>[]
  events: Record<string, unknown>[]
  /** Findings of all kinds, vulnerabilities included, events not. */
  findings: number
  tags: number
}

/** One data source of a file. */
export interface UploadedSource {
  id: string
  assets: UploadedAsset[]
}

/** A file as read, or what is wrong with it. */
type UploadedFile = { integrationId: string; sources: UploadedSource[] } | { problem: string }

type Json = Record<string, unknown>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const findingLists = [
  'cloudConfigurationFindings',
  'hostConfigurationFindings',
  'vulnerabilityFindings',
  'webAppVulnerabilityFindings',
  'dataFindings',
  'sastFindings',
  'attackSurfaceFindings',
]

function readAsset(asset: Json): UploadedAsset | string {
  const first = isJson(asset.assetIdentifier) ? asset.assetIdentifier : null
  const details = isJson(asset.details) ? asset.details : null
  if (!first && !details) return 'an asset needs assetIdentifier or details'
  const lists = findingLists.map((name) => list(asset[name]))
  const common = {
    vulnerabilities: list(asset.vulnerabilityFindings),
    events: list(asset.events),
    findings: lists.reduce((sum, one) => sum + one.length, 0),
    tags: list(asset.customTags).length,
  }
  if (first) {
    const given = ['providerId', 'networkAddress', 'endpointUrl'].filter((name) => first[name] !== undefined)
    if (typeof first.cloudPlatform !== 'string') return 'assetIdentifier.cloudPlatform is required'
    if (given.length !== 1) return 'assetIdentifier needs exactly one of providerId, networkAddress, endpointUrl'
    const identifier = text(first[given[0] as string])
    return { identifier, creates: null, name: identifier, ...common }
  }
  const [kind, ...more] = Object.keys(details ?? {})
  const inner = details?.[kind ?? '']
  if (!kind || more.length > 0 || !isJson(inner)) return 'details needs exactly one kind of asset'
  if (kind === 'virtualMachine') {
    const cloud = isJson(inner.cloudPlatformIdentifier) ? inner.cloudPlatformIdentifier : {}
    const identifier = text(cloud.resourceId) || text(cloud.vmInstanceId) || text(inner.assetId) || text(inner.hostname)
    return { identifier, creates: 'VIRTUAL_MACHINE', name: text(inner.name) || identifier, ...common }
  }
  if (kind === 'repositoryBranch') {
    return { identifier: text(inner.assetId), creates: 'REPOSITORY_BRANCH', name: text(inner.assetName), ...common }
  }
  if (!['networkAddress', 'assetEndpoint', 'endpoint'].includes(kind)) return `details.${kind} is not a kind of asset`
  return { identifier: text(inner.address) || text(inner.host), creates: null, name: text(inner.name), ...common }
}

function checkVulnerability(finding: Json): string | null {
  if (text(finding.name) === '') return 'a vulnerability finding needs a name'
  const severity = finding.severity
  const known = ['None', 'Low', 'Medium', 'High', 'Critical']
  return severity === undefined || known.includes(text(severity)) ? null : `severity must be one of ${known.join(', ')}`
}

function checkEvent(event: Json): string | null {
  const missing = [
    'id',
    'timestamp',
    'name',
    'externalFindingLink',
    'severity',
    'mitreTacticIds',
    'mitreTechniqueIds',
  ].find((name) => event[name] === undefined)
  return missing ? `an event needs ${missing}` : null
}

/** Reads an enrichment file as strictly as the API does: nothing beside `integrationId` and `dataSources` at the top. */
export function readUpload(body: Uint8Array): UploadedFile {
  let file: unknown
  try {
    file = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return { problem: 'the file is not valid JSON' }
  }
  if (!isJson(file)) return { problem: 'the file must hold an object' }
  const extra = Object.keys(file).find((name) => name !== 'integrationId' && name !== 'dataSources')
  if (extra) return { problem: `additional property "${extra}" is not allowed` }
  if (!Array.isArray(file.dataSources)) return { problem: 'dataSources is required' }
  const sources: UploadedSource[] = []
  for (const source of list(file.dataSources)) {
    if (text(source.id) === '') return { problem: 'a data source needs an id' }
    const assets: UploadedAsset[] = []
    for (const asset of list(source.assets)) {
      const read = readAsset(asset)
      if (typeof read === 'string') return { problem: read }
      const problem = [...read.vulnerabilities.map(checkVulnerability), ...read.events.map(checkEvent)].find(
        (one) => one !== null,
      )
      if (problem) return { problem }
      assets.push(read)
    }
    sources.push({ id: text(source.id), assets })
  }
  return { integrationId: text(file.integrationId), sources }
}
