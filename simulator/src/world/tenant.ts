import { makeHostRules } from './catalog/host-rules.ts'
import { vulnerabilityCatalog } from './catalog/vulnerabilities.ts'
import { Counts } from './estate/counts.ts'
import type { Estate } from './estate/estate.ts'
import { makeEstate } from './estate/make-estate.ts'
import { Resources } from './estate/resources.ts'
import { AuditLog } from './kinds/audit-log.ts'
import { ConfigurationFindings } from './kinds/configuration-findings.ts'
import { threatDetails } from './kinds/detection-node.ts'
import { Detections } from './kinds/detections.ts'
import { HostAssessments } from './kinds/host-assessments.ts'
import { HostedTechnologies } from './kinds/hosted-technologies.ts'
import { Issues } from './kinds/issues.ts'
import { VulnerabilityFindings } from './kinds/vulnerability-findings.ts'
import type { Micros } from './time/timestamp.ts'

/** Everything in the tenant, by row: what the world's controls and the API are made over. */
export interface Tenant {
  estate: Estate
  resources: Resources
  issues: Issues
  vulnerabilities: VulnerabilityFindings
  configurations: ConfigurationFindings
  hosts: HostAssessments
  detections: Detections
  hosted: HostedTechnologies
  audit: AuditLog
}

/** What the tenant is made from. */
interface TenantOptions {
  seed: number
  issues: number
  start: Micros
  now(): Micros
  changed: Estate['changed']
}

/** Makes the tenant; the other kinds are in proportion to the issues. */
export function makeTenant({ seed, issues: count, start, now, changed }: TenantOptions): Tenant {
  let counts: Counts | undefined
  const estate = makeEstate({
    seed,
    issues: count,
    start,
    now,
    changed,
    counts: () => counts as Counts,
    threatDetails: (issue) => threatDetails(estate, resources, issues, detections, issue),
  })
  const share = (factor: number, least: number) => Math.max(least, Math.round(count * factor))
  const resources: Resources = new Resources(estate, share(0.5, 120))
  const issues: Issues = new Issues(estate, resources, count)
  counts = new Counts(estate, resources, issues)
  const known = 2 * Math.round(Math.min(20_000, Math.max(400, count / 8)) / 2)
  const vulnerabilities = new VulnerabilityFindings(
    estate,
    resources,
    vulnerabilityCatalog(seed, known, start),
    share(2, 40),
  )
  const configurations = new ConfigurationFindings(estate, resources, share(1.5, 20))
  const hosts = new HostAssessments(estate, resources, makeHostRules(seed, estate.frameworks), share(0.1, 10))
  const detections: Detections = new Detections(estate, resources, issues, share(0.1, 10))
  const hosted = new HostedTechnologies(estate, resources, share(0.5, 20))
  const audit = new AuditLog(estate, share(0.1, 20))
  return { estate, resources, issues, vulnerabilities, configurations, hosts, detections, hosted, audit }
}
