import type { Tenant } from '../tenant.ts'
import { DAY, formatTimestamp, type Micros, parseTimestamp } from '../time/timestamp.ts'
import type { UploadedAsset, UploadedSource } from './upload-file.ts'

type Json = Record<string, unknown>

/** What became of a file. */
export interface IngestionStats {
  dataSources: { incoming: number; handled: number }
  findings: { incoming: number; handled: number }
  events: { incoming: number; handled: number }
  tags: { incoming: number; handled: number }
  unresolvedAssets: { count: number; ids: string[] }
}

/** A finding that is a week old in Wiz without being sent again is resolved. */
const LEASE = 7 * DAY

const upper = (word: unknown) => String(word ?? 'MEDIUM').toUpperCase()

/** Brings what was uploaded into the tenant, and takes it out again when it is no longer sent. */
export class Ingestion {
  private readonly tenant: Tenant
  private readonly findings = new Map<string, Map<string, string>>()
  private readonly refreshed = new Map<string, Micros>()
  private readonly events = new Set<string>()

  constructor(tenant: Tenant) {
    this.tenant = tenant
  }

  /** The resource an uploaded asset is, made if it may be; -1 when Wiz does not know it. */
  resolve(asset: UploadedAsset): number {
    const { resources } = this.tenant
    const row = resources.find(asset.identifier)
    if (row >= 0 || asset.creates === null) return row
    const made = resources.table.append({
      type: asset.creates,
      name: asset.name,
      externalId: asset.identifier,
      providerUniqueId: asset.identifier,
    })
    resources.learn(asset.identifier, made)
    return made
  }

  /** Counts what of a file belongs to resources Wiz knows. */
  stats(sources: readonly UploadedSource[]): IngestionStats {
    const stats: IngestionStats = {
      dataSources: { incoming: sources.length, handled: 0 },
      findings: { incoming: 0, handled: 0 },
      events: { incoming: 0, handled: 0 },
      tags: { incoming: 0, handled: 0 },
      unresolvedAssets: { count: 0, ids: [] },
    }
    for (const source of sources) {
      let known = source.assets.length === 0
      for (const asset of source.assets) {
        const handled = this.resolve(asset) >= 0 ? 1 : 0
        known ||= handled === 1
        const events = asset.events.length
        for (const [sum, count] of [
          [stats.findings, asset.findings],
          [stats.events, events],
          [stats.tags, asset.tags],
        ] as const) {
          sum.incoming += count
          sum.handled += count * handled
        }
        if (handled === 0) stats.unresolvedAssets.ids.push(asset.identifier)
      }
      if (known) stats.dataSources.handled++
    }
    stats.unresolvedAssets.count = stats.unresolvedAssets.ids.length
    return stats
  }

  /** Makes the findings and detections of a file appear; a data source replaces what it said before. */
  apply(sources: readonly UploadedSource[], at: Micros): void {
    for (const source of sources) {
      this.refreshed.set(source.id, at)
      const before = this.findings.get(source.id) ?? new Map<string, string>()
      const now = new Map<string, string>()
      for (const asset of source.assets) {
        const row = this.resolve(asset)
        if (row < 0) continue
        for (const finding of asset.vulnerabilities) {
          const name = `${asset.identifier} ${finding.name} ${finding.id ?? ''}`
          now.set(name, before.get(name) ?? this.addFinding(row, finding, at))
        }
        for (const event of asset.events) this.addDetection(source.id, row, event, at)
      }
      this.close(before, now, source.assets.length === 0, at)
      this.findings.set(source.id, now)
    }
  }

  /** When the next data source is due to be given up; infinite without any. */
  nextExpiry(): Micros {
    return Math.min(...[...this.refreshed.values()].map((at) => at + LEASE))
  }

  /** Resolves what was not sent again in time. */
  expire(now: Micros): void {
    for (const [source, at] of this.refreshed) {
      if (now < at + LEASE) continue
      this.close(this.findings.get(source) ?? new Map(), new Map(), false, now)
      this.findings.delete(source)
      this.refreshed.delete(source)
    }
  }

  private addFinding(asset: number, finding: Json, at: Micros): string {
    const { table } = this.tenant.vulnerabilities
    const row = table.append(
      {
        vulnerableAsset: { id: this.tenant.resources.table.id(asset) },
        name: finding.name,
        vulnerabilityExternalId: finding.name,
        severity: upper(finding.severity),
        dataSourceName: 'Custom Integration',
        description: finding.description ?? null,
        portalUrl: finding.externalFindingLink ?? null,
        detectionMethod: 'THIRD_PARTY_AGENT',
      },
      at,
    )
    return table.id(row)
  }

  private addDetection(source: string, resource: number, event: Json, at: Micros): void {
    const name = `${source} ${event.id}`
    if (this.events.has(name)) return
    this.events.add(name)
    const { issues, detections, resources } = this.tenant
    const severity = upper(event.severity)
    const id = resources.table.id(resource)
    const happened = parseTimestamp(String(event.timestamp)) ?? at
    const rule = { name: event.name, description: event.description ?? '', severity }
    const raises = severity === 'HIGH' || severity === 'CRITICAL'
    const issue = raises
      ? issues.table.append({ type: 'THREAT_DETECTION', severity, entitySnapshot: { id }, description: event.name }, at)
      : -1
    detections.table.append(
      {
        type: raises ? 'GENERATED_THREAT' : 'MATCH_ONLY',
        severity,
        origins: ['WIZ_CUSTOM_INTEGRATION'],
        primaryResource: { id },
        ...(raises ? { issue: { id: issues.table.id(issue) } } : {}),
        description: event.description ?? event.name,
        startedAt: formatTimestamp(happened),
        ruleMatch: { rule },
      },
      at,
    )
  }

  private close(before: Map<string, string>, now: Map<string, string>, vanish: boolean, at: Micros): void {
    const { table } = this.tenant.vulnerabilities
    for (const [name, id] of before) {
      const row = now.has(name) ? -1 : table.row(id)
      if (row < 0) continue
      if (vanish) table.drop(row)
      else table.change(row, { status: 'RESOLVED' }, at)
    }
  }
}
