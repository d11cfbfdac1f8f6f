import { below, mix, pick } from '../chance/hash.ts'
import { noteTexts } from '../names/words.ts'
import type { Table } from '../table/table.ts'
import type { Tenant } from '../tenant.ts'
import { DAY, formatTimestamp, type Micros } from '../time/timestamp.ts'

/** Something that happens in the tenant at a time; `roll` is its chance. */
interface Happening {
  weight: number
  happen(tenant: Tenant, at: Micros, roll: number): void
}

const TRIES = 12

/** A live row, chosen by chance, that fits; -1 when none was met. */
function choose(table: Table, roll: number, fits: (row: number) => boolean = () => true): number {
  for (let n = 0; n < TRIES && table.size() > 0; n++) {
    const row = below(mix(roll, n), table.size())
    if (table.isLive(row) && fits(row)) return row
  }
  return -1
}

/** Does something to a row of a table that fits, if one is met. */
function toSome(
  weight: number,
  tableOf: (tenant: Tenant) => Table,
  fits: (tenant: Tenant, row: number) => boolean,
  act: (tenant: Tenant, row: number, at: Micros, roll: number) => void,
): Happening {
  return {
    weight,
    happen: (tenant, at, roll) => {
      const row = choose(tableOf(tenant), roll, (candidate) => fits(tenant, candidate))
      if (row >= 0) act(tenant, row, at, mix(roll, 99))
    },
  }
}

const issueTable = ({ issues }: Tenant) => issues.table
const vulnerabilityTable = ({ vulnerabilities }: Tenant) => vulnerabilities.table
const configurationTable = ({ configurations }: Tenant) => configurations.table
const resourceTable = ({ resources }: Tenant) => resources.table

const isOpenIssue = ({ issues }: Tenant, row: number) => issues.isOpen(row)
const isOpenFinding = ({ vulnerabilities }: Tenant, row: number) => vulnerabilities.status.word(row) === 'OPEN'

/** Deletes a resource in its cloud, with what that does to everything found on it. */
function deleteResource({ resources, issues, vulnerabilities, configurations }: Tenant, row: number, at: Micros): void {
  resources.delete(row, at)
  for (const issue of issues.onResource.of(row)) {
    if (!issues.table.isLive(issue) || !issues.isOpen(issue)) continue
    issues.table.change(issue, { status: 'RESOLVED', resolutionReason: 'OBJECT_DELETED' }, at)
  }
  for (const finding of configurations.onResource.of(row)) {
    if (configurations.table.isLive(finding)) configurations.table.change(finding, { deleted: true }, at)
  }
  for (const finding of vulnerabilities.onAsset.of(row)) {
    if (!vulnerabilities.table.isLive(finding)) continue
    // There are no tombstones of vulnerabilities: some are resolved, others are just gone.
    if (finding % 2 === 0) vulnerabilities.table.drop(finding)
    else if (vulnerabilities.status.word(finding) !== 'RESOLVED')
      vulnerabilities.table.change(finding, { status: 'RESOLVED' }, at)
  }
}

/** All that can happen, by name. */
export const happenings: Record<string, Happening> = {
  issueAppears: { weight: 14, happen: ({ issues }, at) => void issues.table.append({}, at) },
  issueIsFixed: toSome(11, issueTable, isOpenIssue, ({ issues }, row, at) =>
    issues.table.change(row, { status: 'RESOLVED', resolutionReason: 'ISSUE_FIXED' }, at),
  ),
  issueIsTakenUp: toSome(
    5,
    issueTable,
    ({ issues }, row) => issues.status.word(row) === 'OPEN',
    ({ issues }, row, at) => issues.table.change(row, { status: 'IN_PROGRESS' }, at),
  ),
  issueIsReopened: toSome(
    2,
    issueTable,
    ({ issues }, row) => !issues.isOpen(row),
    ({ issues }, row, at) => issues.table.change(row, { status: 'OPEN', resolutionReason: null }, at),
  ),
  issueIsRejected: toSome(2, issueTable, isOpenIssue, ({ issues }, row, at, roll) =>
    issues.table.change(
      row,
      { status: 'REJECTED', resolutionReason: pick(roll, ['FALSE_POSITIVE', 'EXCEPTION', 'WONT_FIX']) },
      at,
    ),
  ),
  // None of the next four moves statusChangedAt: a delta by it does not see them.
  issueChangesSeverity: toSome(5, issueTable, isOpenIssue, ({ issues }, row, at, roll) =>
    issues.table.change(row, { severity: pick(roll, ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']) }, at),
  ),
  issueGetsDueDate: toSome(4, issueTable, isOpenIssue, ({ issues }, row, at, roll) =>
    issues.table.change(
      row,
      { dueAt: roll % 4 === 0 ? null : formatTimestamp(Math.floor(at / DAY + 2 + (roll % 30)) * DAY) },
      at,
    ),
  ),
  issueGetsNote: toSome(6, issueTable, isOpenIssue, ({ issues, estate }, row, at, roll) => {
    const user = estate.users.node(roll % estate.users.size())
    issues.addNote(row, pick(mix(roll, 1), noteTexts), { user, serviceAccount: null }, at)
  }),
  issueGetsTicket: toSome(3, issueTable, isOpenIssue, ({ issues }, row, at, roll) => {
    const name = `SEC-${100_000 + (roll % 90_000)}`
    const ticket = {
      id: `${issues.table.id(row).slice(0, 24)}${(roll % 0xffffff).toString(16).padStart(12, '0')}`,
      externalId: String(roll),
      name,
      url: `https://jira.example.com/browse/${name}`,
      project: null,
      integration: { id: 'jira', type: 'JIRA', name: 'Jira (security project)', typeConfiguration: null },
    }
    issues.table.change(row, { serviceTickets: [...issues.listOf(row, 'serviceTickets'), ticket] }, at)
  }),
  vulnerabilityAppears: { weight: 12, happen: ({ vulnerabilities }, at) => void vulnerabilities.table.append({}, at) },
  vulnerabilityIsFixed: toSome(9, vulnerabilityTable, isOpenFinding, ({ vulnerabilities }, row, at) =>
    vulnerabilities.table.change(row, { status: 'RESOLVED' }, at),
  ),
  vulnerabilityIsRescored: toSome(3, vulnerabilityTable, isOpenFinding, ({ vulnerabilities }, row, at, roll) =>
    vulnerabilities.table.change(row, { severity: pick(roll, ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']) }, at),
  ),
  vulnerabilityIsSeenAgain: toSome(4, vulnerabilityTable, isOpenFinding, ({ vulnerabilities }, row, at) =>
    vulnerabilities.table.change(
      row,
      { lastDetectedAt: formatTimestamp(at), updatedAt: vulnerabilities.updatedAt.text(row) },
      at,
    ),
  ),
  vulnerabilityVanishes: toSome(2, vulnerabilityTable, isOpenFinding, ({ vulnerabilities }, row) =>
    vulnerabilities.table.drop(row),
  ),
  checkTurns: toSome(
    9,
    configurationTable,
    ({ configurations }, row) => !configurations.isDeleted(row),
    ({ configurations }, row, at) => {
      const fails = configurations.result.word(row) === 'FAIL'
      configurations.table.change(
        row,
        fails ? { result: 'PASS', status: 'RESOLVED' } : { result: 'FAIL', status: 'OPEN' },
        at,
      )
    },
  ),
  checkAppears: { weight: 5, happen: ({ configurations }, at) => void configurations.table.append({}, at) },
  checkIsDeleted: toSome(
    2,
    configurationTable,
    ({ configurations }, row) => !configurations.isDeleted(row),
    ({ configurations }, row, at) => configurations.table.change(row, { deleted: true }, at),
  ),
  resourceAppears: { weight: 5, happen: ({ resources }, at) => void resources.table.append({}, at) },
  resourceChanges: toSome(
    5,
    resourceTable,
    ({ resources }, row) => !resources.isGone(row),
    ({ resources }, row, at, roll) => {
      const renamed = roll % 3 === 0 ? { name: `renamed-${roll.toString(36)}` } : {}
      resources.table.change(row, { status: pick(roll, ['Active', 'Active', 'Inactive']), ...renamed }, at)
    },
  ),
  resourceIsDeleted: toSome(
    2,
    resourceTable,
    ({ resources }, row) =>
      !resources.isGone(row) && !['KUBERNETES_CLUSTER', 'REPOSITORY'].includes(resources.typeOf(row)),
    (tenant, row, at) => deleteResource(tenant, row, at),
  ),
  resourceIsForgotten: toSome(
    2,
    resourceTable,
    ({ resources, estate }, row) => resources.deletedAt.at(row) < estate.now() - 7 * DAY,
    ({ resources }, row) => resources.table.drop(row),
  ),
  hostIsChecked: { weight: 1, happen: ({ hosts }, at) => void hosts.table.append({}, at) },
  technologyIsFound: { weight: 1, happen: ({ hosted }, at) => void hosted.table.append({}, at) },
  detectionAppears: { weight: 3, happen: ({ detections }, at) => void detections.table.append({}, at) },
  someoneSignsIn: { weight: 2, happen: ({ audit }, at) => void audit.table.append({}, at) },
}
