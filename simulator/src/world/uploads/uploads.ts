import { mix } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import { checkPresigned, presigned } from '../reports/report-run.ts'
import type { Tenant } from '../tenant.ts'
import { MINUTE, type Micros, SECOND } from '../time/timestamp.ts'
import { Ingestion, type IngestionStats } from './ingestion.ts'
import { readUpload, type UploadedSource } from './upload-file.ts'

/** A file that arrived. */
interface ReceivedUpload {
  systemActivityId: string
  clientId: string
  fileName: string
  at: Date
  body: Uint8Array
}

interface Upload {
  number: number
  activityId: string
  clientId: string
  fileName: string
  path: string
  /** When the file arrived, NaN while it has not. */
  receivedAt: Micros
  /** How often a client asked for the activity since then. */
  looks: number
  sources: UploadedSource[]
  problem: string | null
  /** False when the file names no integration that exists: its activity never appears. */
  known: boolean
  stats: IngestionStats | null
  applied: boolean
}

const UPLOAD_SECONDS = 86_400
const REGISTERED_AFTER = 2 * SECOND
const DONE_AFTER = 8 * SECOND
// Asked this often, an activity is registered and then done, so that clients make headway on a clock that stands still.
const REGISTERED_LOOKS = 2
const DONE_LOOKS = 4
const VISIBLE_AFTER = 10 * MINUTE

/** Enrichment uploads and the system activities that follow them. */
export class Uploads {
  /** Integrations whose files are taken; the first is the one for customers' own. */
  readonly integrationIds = new Set(['55c176cc-d155-43a2-98ed-aa56873a1ca1'])
  private readonly tenant: Tenant
  private readonly storageUrl: () => string
  private readonly uploads: Upload[] = []
  private readonly files: ReceivedUpload[] = []
  private readonly ingestion: Ingestion

  constructor(tenant: Tenant, storageUrl: () => string) {
    this.tenant = tenant
    this.storageUrl = storageUrl
    this.ingestion = new Ingestion(tenant)
  }

  /** Hands out a link for one file. */
  request(fileName: string, clientId: string): { id: string; url: string; systemActivityId: string } {
    const { estate } = this.tenant
    const number = 17_768 + this.uploads.length
    const folder = uuidOf(mix(estate.seed, 0x75706c6f), this.uploads.length)
    const safe = fileName.replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    const url = presigned(`${this.storageUrl()}/uploads/${folder}/${number}_${safe}`, estate.now(), UPLOAD_SECONDS)
    const activityId = uuidOf(mix(estate.seed, 0x61637469), this.uploads.length)
    this.uploads.push({
      number,
      activityId,
      clientId,
      fileName,
      path: new URL(url).pathname,
      receivedAt: Number.NaN,
      looks: 0,
      sources: [],
      problem: null,
      known: false,
      stats: null,
      applied: false,
    })
    return { id: String(number), url, systemActivityId: activityId }
  }

  /** Answers a presigned PUT; a second file under one link is taken and never looked at. */
  receive(url: URL, body: Uint8Array): 'stored' | 'used' | 'expired' | 'unknown' {
    const now = this.tenant.estate.now()
    const signed = checkPresigned(url, now)
    if (signed !== 'good') return signed
    const upload = this.uploads.find(({ path }) => path === url.pathname)
    if (!upload) return 'unknown'
    if (!Number.isNaN(upload.receivedAt)) return 'used'
    const file = readUpload(body)
    upload.receivedAt = now
    upload.known = 'problem' in file || this.integrationIds.has(file.integrationId)
    if ('problem' in file) upload.problem = file.problem
    else upload.sources = file.sources
    const { activityId, clientId, fileName } = upload
    this.files.push({ systemActivityId: activityId, clientId, fileName, at: new Date(now / 1000), body })
    return 'stored'
  }

  /** Files received so far, oldest first. */
  received(): readonly ReceivedUpload[] {
    return this.files
  }

  /** A system activity as the API shows it; undefined while it is not registered. */
  activity(id: string): Node | undefined {
    const upload = this.uploads.find(({ activityId }) => activityId === id)
    if (!upload?.known) return undefined
    upload.looks++
    const age = this.tenant.estate.now() - upload.receivedAt
    if (age < REGISTERED_AFTER && upload.looks < REGISTERED_LOOKS) return undefined
    const done = age >= DONE_AFTER || upload.looks >= DONE_LOOKS
    if (done && upload.problem === null) upload.stats ??= this.ingestion.stats(upload.sources)
    return {
      id,
      status: done ? outcome(upload) : 'IN_PROGRESS',
      statusInfo: done ? upload.problem : null,
      result:
        done && upload.stats ? { __typename: 'SystemActivityEnrichmentIntegrationResult', ...upload.stats } : null,
      context: { __typename: 'SystemActivityEnrichmentIntegrationContext', fileUploadId: String(upload.number) },
    }
  }

  /** When something uploaded is due to appear or to go; infinite when nothing is. */
  nextDue(): Micros {
    const waiting = this.uploads
      .filter((upload) => isWaiting(upload))
      .map(({ receivedAt }) => receivedAt + VISIBLE_AFTER)
    return Math.min(...waiting, this.ingestion.nextExpiry())
  }

  /** Lets what was uploaded appear in the tenant, some minutes after it arrived, and what was not renewed go. */
  tick(now: Micros): void {
    for (const upload of this.uploads) {
      if (!isWaiting(upload) || now - upload.receivedAt < VISIBLE_AFTER) continue
      upload.applied = true
      upload.stats ??= this.ingestion.stats(upload.sources)
      this.ingestion.apply(upload.sources, now)
    }
    this.ingestion.expire(now)
  }
}

function isWaiting({ applied, known, problem, receivedAt }: Upload): boolean {
  return !applied && known && problem === null && !Number.isNaN(receivedAt)
}

function outcome({ problem, stats }: Upload): 'SUCCESS' | 'FAILURE' | 'SKIPPED' {
  if (problem !== null || !stats) return 'FAILURE'
  const sums = [stats.dataSources, stats.findings, stats.events, stats.tags]
  return sums.every(({ incoming, handled }) => incoming === handled) ? 'SUCCESS' : 'SKIPPED'
}
