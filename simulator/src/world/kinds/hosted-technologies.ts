import { hashText, mix, pick, unit } from '../chance/hash.ts'
import { rowIds } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import type { Estate } from '../estate/estate.ts'
import type { Resources } from '../estate/resources.ts'
import { Column } from '../table/column.ts'
import { timeField } from '../table/field.ts'
import { spreadOver, Table } from '../table/table.ts'
import { DAY, HOUR } from '../time/timestamp.ts'

const hosts = ['VIRTUAL_MACHINE', 'CONTAINER_IMAGE', 'CONTAINER', 'SERVERLESS'] as const

/** Technologies found on resources. */
export class HostedTechnologies {
  readonly table: Table
  readonly updatedAt
  private readonly firstSeen
  private readonly estate: Estate
  private readonly resources: Resources
  private readonly resourceOf: Column
  private readonly technologyOf: Column

  constructor(estate: Estate, resources: Resources, count: number) {
    this.estate = estate
    this.resources = resources
    this.firstSeen = timeField(count)
    this.updatedAt = timeField(count)
    this.resourceOf = new Column('u32', count)
    this.technologyOf = new Column('u16', count)
    const key = mix(estate.seed, hashText('hostedTechnologies'))
    this.table = new Table({
      kind: 'hostedTechnologies',
      key,
      ids: rowIds(key, 5),
      now: estate.now,
      fields: { firstSeen: this.firstSeen, updatedAt: this.updatedAt },
      fill: (row, at) => {
        const chance = this.table.chance(row)
        const roll = (purpose: number) => mix(chance, purpose)
        this.resourceOf.set(row, pick(roll(2), this.resources.rowsOf(pick(roll(1), hosts))))
        this.technologyOf.set(row, roll(3) % this.estate.technologies.nodes.length)
        this.firstSeen.column.set(row, at)
        this.updatedAt.column.set(row, Math.floor(at + Math.max(0, this.estate.now() - at) * unit(roll(4))))
      },
      build: (row) => this.build(row),
      orders: { FIRST_SEEN: (row) => this.firstSeen.at(row), UPDATED_AT: (row) => this.updatedAt.at(row) },
      changed: estate.changed,
    })
    this.table.seed(count, spreadOver(count, estate.start - 400 * DAY, estate.start - HOUR, key))
  }

  resource(row: number): number {
    return this.resourceOf.at(row)
  }

  technology(row: number): Node {
    return this.estate.technologyTable.node(this.technologyOf.at(row))
  }

  private build(row: number): Node {
    const roll = this.table.roll(row, 40)
    const technology = this.technology(row)
    const name = String(technology.name)
    const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
    const version = `${mix(roll, 1) % 20}.${mix(roll, 2) % 30}`
    const scanned = mix(roll, 3) % 10 === 0
    return {
      id: this.table.id(row),
      name,
      technology,
      resource: { id: this.resources.table.id(this.resource(row)), name: this.resources.name(this.resource(row)) },
      detectionMethods: scanned ? ['EXTERNAL_NETWORK_SCAN'] : ['PACKAGE'],
      installedPackages: scanned ? null : [`${slug}-${version}`],
      firstSeen: this.firstSeen.text(row),
      updatedAt: this.updatedAt.text(row),
      cpe: mix(roll, 4) % 3 === 0 ? null : `cpe:2.3:a:example:${slug}:${version}:*:*:*:*:*:*:*`,
      versionDetails: { version },
      configurationScanAnalytics: null,
      validatedInRuntime: mix(roll, 5) % 3 === 0 ? null : mix(roll, 5) % 3 === 1,
      isOfficiallyMaintained: mix(roll, 6) % 8 !== 0,
      isSystemRestartRequired: mix(roll, 7) % 20 === 0,
      evidence: {
        packageNames: scanned ? null : [slug],
        libraryNames: null,
        installedProgramNames: null,
        windowsServiceNames: null,
        filePaths: scanned ? null : [`/usr/bin/${slug}`],
      },
    }
  }
}
