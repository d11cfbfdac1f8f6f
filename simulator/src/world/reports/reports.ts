import type { Account } from '../account.ts'
import { mix } from '../chance/hash.ts'
import { rowIds, uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Listing } from '../listing/listing.ts'
import { compileFilter, FilterRefused, found } from '../listing/row-test.ts'
import { Table } from '../table/table.ts'
import type { Tenant } from '../tenant.ts'
import { DAY, formatNullable, HOUR, type Micros, parseTimestamp, SECOND } from '../time/timestamp.ts'
import { writeCsv } from './csv.ts'
import { reportColumns, reportContents, reportRows, reportTypeNames } from './report-content.ts'
import type { ReportInput } from './report-input.ts'
import { checkPresigned, progressOf, type ReportRun, runNode, statusOf } from './report-run.ts'

/** The finished CSV behind a presigned report link. */
interface ReportFile {
  fileName: string
  contentType: 'text/csv' | 'application/gzip'
  chunks: Iterable<Uint8Array>
}

interface Report {
  input: ReportInput
  account: Account
  runs: ReportRun[]
  /** Runs ever started. */
  started: number
  nextRunAt: Micros
}

const KEPT_RUNS = 5

const everyone: Account = { clientId: 'portal', scopes: new Set(['admin:all']), projectIds: null }

/** Reports that exist from the start: one never ran, one failed, and one is found by searching for another's name. */
const standing: {
  name: string
  type: ReportInput['type']
  state: 'ran' | 'never' | 'failed' | 'expired'
  hours?: number
}[] = [
  { name: 'All issues', type: 'ISSUES', state: 'ran', hours: 24 },
  { name: 'All issues-retired-2024-11-02', type: 'ISSUES', state: 'expired' },
  { name: 'Vulnerabilities weekly', type: 'VULNERABILITIES', state: 'ran', hours: 168 },
  { name: 'Compliance NIST', type: 'COMPLIANCE_ASSESSMENTS', state: 'failed' },
  { name: 'Buckets', type: 'CLOUD_RESOURCE_V2', state: 'never' },
]

/** Reports: what is wanted, their runs, and the files behind the links. */
export class Reports extends Table {
  readonly listing: Listing
  private readonly tenant: Tenant
  private readonly storageUrl: () => string
  private readonly contents
  private readonly reports: Report[] = []
  private failNext: string | null = null

  constructor(tenant: Tenant, listings: Record<string, Listing>, storageUrl: () => string) {
    const { estate } = tenant
    const key = mix(estate.seed, 0x7265706f)
    super({
      kind: 'reports',
      key,
      ids: rowIds(key),
      now: estate.now,
      fields: {},
      fill: (row, _at, wanted) => {
        this.reports[row] ??= { input: inputOf(wanted), account: everyone, runs: [], started: 0, nextRunAt: Number.NaN }
      },
      build: (row) => this.build(row),
      changed: estate.changed,
    })
    this.tenant = tenant
    this.storageUrl = storageUrl
    this.contents = reportContents(tenant, listings)
    for (const { name, type, state, hours } of standing) {
      const row = this.start({ name, type, runIntervalHours: hours ?? null }, everyone)
      const age = state === 'expired' ? 100 * DAY : 5 * HOUR
      if (state !== 'never') this.run(row, estate.start - age, state === 'failed' ? 'internal error' : null)
    }
    this.listing = this.makeListing()
  }

  /** Creates a report and starts its first run. */
  create(input: ReportInput, account: Account): Node {
    if (input.incremental && input.compressionMethod !== 'GZIP') {
      throw new FilterRefused('compressionMethod GZIP is required for incremental reports')
    }
    const content = this.contents[input.type]
    reportColumns(content, input)
    content.listing.select(content.filter(input))
    const row = this.start(input, account)
    const at = input.runStartsAt ? (parseTimestamp(input.runStartsAt) ?? 0) : this.spec.now()
    if (at <= this.spec.now()) this.run(row, this.spec.now())
    else (this.reports[row] as Report).nextRunAt = at
    return this.node(row)
  }

  /** Replaces settings; the report goes on under a new id, as the API may do. */
  revise(id: string, override: Partial<ReportInput>): Node | undefined {
    const row = this.row(id)
    const report = this.reports[row]
    if (row < 0 || !report) return undefined
    if (report.input.incremental) throw new FilterRefused('incremental reports cannot be updated')
    const given = Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined))
    this.drop(row)
    return this.create({ ...report.input, ...given }, report.account)
  }

  /** Starts another run; undefined when there is no such report. */
  rerun(id: string): Node | undefined {
    const row = this.row(id)
    if (row < 0) return undefined
    // The answer still shows the run before: a client must compare runAt.
    const before = this.node(row)
    this.run(row, this.spec.now())
    const { runs } = this.reports[row] as Report
    const earlier = runs.at(-2)
    return { ...before, lastRun: earlier ? this.showRun(earlier) : null }
  }

  /** Test control: the next run that starts will fail. */
  failNextRun(reason = 'internal error'): void {
    this.failNext = reason
  }

  /** Answers a presigned GET. */
  download(url: URL): ReportFile | 'expired' | 'unknown' {
    const now = this.spec.now()
    const signed = checkPresigned(url, now)
    if (signed !== 'good') return signed
    const [, runId] = /\/reports\/([^/]+)\/[^/]+$/.exec(url.pathname) ?? []
    for (const row of this.liveRows()) {
      const report = this.reports[row] as Report
      const run = report.runs.find(({ id }) => id === runId)
      if (!run) continue
      const status = statusOf(run, now)
      if (status !== 'COMPLETED') return status === 'EXPIRED' ? 'expired' : 'unknown'
      const gzip = report.input.compressionMethod === 'GZIP'
      const columns = reportColumns(this.contents[report.input.type], report.input)
      return {
        fileName: run.fileName,
        contentType: gzip ? 'application/gzip' : 'text/csv',
        chunks: writeCsv(columns, run.content().rows, gzip),
      }
    }
    return 'unknown'
  }

  /** When the next scheduled run is due; infinite without any. */
  nextDue(): Micros {
    let due = Number.POSITIVE_INFINITY
    for (const row of this.liveRows()) {
      const { nextRunAt } = this.reports[row] as Report
      if (nextRunAt < due) due = nextRunAt
    }
    return due
  }

  /** Starts the scheduled runs that are due. */
  tick(now: Micros): void {
    for (const row of this.liveRows()) {
      const report = this.reports[row] as Report
      if (report.nextRunAt <= now) this.run(row, report.nextRunAt)
    }
  }

  private start(input: ReportInput, account: Account): number {
    this.reports[this.size()] = { input, account, runs: [], started: 0, nextRunAt: Number.NaN }
    return this.append()
  }

  private run(row: number, at: Micros, failedReason: string | null = this.failNext): void {
    const report = this.reports[row] as Report
    const content = this.contents[report.input.type]
    let held: ReturnType<ReportRun['content']> | undefined
    const read = () => {
      const rows = held?.rows ?? reportRows(content, report.input, report.account, this.tenant)
      held ??= { rows, results: content.results(rows) }
      return held
    }
    // Runs from before the world began are read when someone asks; all others hold what was true when they started.
    const duration = at < this.tenant.estate.start ? 0 : 5 * SECOND + read().rows.length * 50
    const slug = report.input.name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60)
    report.runs.push({
      id: uuidOf(mix(this.spec.key, 1 + row), report.started),
      startedAt: at,
      duration,
      content: read,
      failedReason,
      looks: 0,
      fileName: `${slug}-${report.started + 1}.csv${report.input.compressionMethod === 'GZIP' ? '.gz' : ''}`,
    })
    // Links to older runs have ended long since.
    if (report.runs.length > KEPT_RUNS) report.runs.shift()
    report.started++
    this.failNext = null
    const hours = report.input.runIntervalHours ?? 0
    report.nextRunAt = hours > 0 ? at + hours * HOUR : Number.NaN
    this.version++
  }

  private showRun(run: ReportRun): Node {
    return runNode(run, this.spec.now(), this.storageUrl())
  }

  private build(row: number): Node {
    const { input, runs, nextRunAt } = this.reports[row] as Report
    const now = this.spec.now()
    const successful = () => runs.findLast((run) => run.failedReason === null && progressOf(run, now) >= 100)
    const last = runs.at(-1)
    return {
      id: this.spec.ids.id(row),
      name: input.name,
      type: { id: input.type, name: reportTypeNames[input.type] },
      project:
        input.projectId && input.projectId !== '*' ? (this.tenant.estate.projects.get(input.projectId) ?? null) : null,
      emailTarget: null,
      lastRun: () => (last ? this.showRun(last) : null),
      lastSuccessfulRun: () => {
        const run = successful()
        return run ? this.showRun(run) : null
      },
      nextRunAt: formatNullable(nextRunAt),
      runIntervalHours: input.runIntervalHours ?? null,
    }
  }

  private makeListing(): Listing {
    const projectOf = (row: number) => this.reports[row]?.input.projectId ?? '*'
    const members = {
      search: (text: string) => found((row) => [this.node(row).name], text),
      projectId: (id: string) => (id === '*' ? null : (row: number) => projectOf(row) === id),
    }
    return {
      table: this,
      filters: Object.keys(members),
      select: (filter) => compileFilter(members, filter),
      visible: ({ projectIds }) => (projectIds ? (row) => projectIds.includes(projectOf(row)) : null),
      ordering: () => ({ by: 'ROW', direction: 'ASC' }),
      orders: {},
      node: (row) => this.node(row),
    }
  }
}

function inputOf(wanted: Record<string, unknown>): ReportInput {
  return { name: typeof wanted.name === 'string' ? wanted.name : 'Added report', type: 'ISSUES' }
}
