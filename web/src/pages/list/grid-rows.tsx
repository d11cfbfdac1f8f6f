import { Link } from '@tanstack/react-router'
import type { Field, Row } from '../../api/types.ts'
import { label, relative, words } from '../../ui/format.ts'
import { Severity } from '../../ui/severity.tsx'
import { Status } from '../../ui/status.tsx'
import { Cell } from './cell.tsx'
import classes from './grid.module.css'
import type { Layout } from './layout.ts'

interface Common {
  readonly index: number
  readonly top: number
  readonly height: number
  readonly isActive: boolean
  readonly onPoint: () => void
  readonly row: Row
  readonly layout: Layout
  readonly columns: readonly Field[]
  readonly projects: ReadonlyMap<string, string> | undefined
}

/** A row with its columns. */
export function GridRow({ template, ...common }: Common & { template: string }) {
  const { index, top, height, isActive, onPoint, row, layout, columns, projects } = common
  return (
    // biome-ignore lint/a11y/useSemanticElements: the grid is made of divs, because it is virtual
    <div
      id={`row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      tabIndex={-1}
      className={`${classes.row} ${classes.data}`}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: template }}
      onMouseDown={onPoint}
    >
      {columns.map((field, column) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div
          key={field.name}
          role="gridcell"
          tabIndex={-1}
          className={classes.cell}
          data-number={field.type === 'number' || undefined}
        >
          {column === 0 || field.name === layout.title ? (
            <TitleLink row={row} layout={layout} value={row[field.name]} />
          ) : (
            <Cell field={field} value={row[field.name]} projects={projects} />
          )}
        </div>
      ))}
    </div>
  )
}

const SAID_ALREADY = ['severity', 'status', 'type']

/** The first columns of what is on no platform, in one line. */
function Rest({ row, columns, projects }: Pick<Common, 'row' | 'columns' | 'projects'>) {
  const told = columns.slice(1).filter(({ name, type }) => {
    const value = row[name]
    const isNothing = value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0)
    return !isNothing && type !== 'time' && !SAID_ALREADY.includes(name)
  })
  return told.slice(0, 3).map((field, index) => (
    <span key={field.name}>
      {index > 0 && ' · '}
      {label(field.name)} <Cell field={field} value={row[field.name]} projects={projects} />
    </span>
  ))
}

const MOMENTS = ['detectedAt', 'createdAt', 'firstDetectedAt', 'firstSeenAt', 'updatedAt', 'lastSeenAt']

/** A row on a narrow screen: what matters most, in three lines. */
export function CardRow({ index, top, height, isActive, onPoint, row, layout, columns, projects }: Common) {
  const at = MOMENTS.map((name) => row[name]).find((value) => typeof value === 'string')
  const where = [row.assetName ?? words(String(row.type ?? '')), row.platform].filter(Boolean).join(' · ')
  return (
    // biome-ignore lint/a11y/useSemanticElements: the grid is made of divs, because it is virtual
    <div
      id={`row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      tabIndex={-1}
      className={`${classes.card} ${classes.data}`}
      style={{ transform: `translateY(${top}px)`, height }}
      onMouseDown={onPoint}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="gridcell" tabIndex={-1}>
        <div className={classes.cell}>
          <TitleLink row={row} layout={layout} value={row[layout.title]} />
        </div>
        <div className={classes.line}>
          {row.severity !== undefined && <Severity value={row.severity} />}
          {row.status !== undefined && <Status value={row.status} />}
          {typeof at === 'string' && <span className="dimmed">{relative(at)}</span>}
        </div>
        <div className={`${classes.cell} dimmed`}>
          {row.platform === undefined ? <Rest row={row} columns={columns} projects={projects} /> : where}
        </div>
      </div>
    </div>
  )
}

function TitleLink({ row, layout, value }: { row: Row; layout: Layout; value: unknown }) {
  const plural = layout.pluralOf(String(row.kind ?? ''))
  const text = String(value ?? row.id)
  return (
    <Link
      to="/browse/$plural/$id"
      params={{ plural, id: String(row.id) }}
      search={{ connection: String(row.connection) }}
      className={classes.title}
      tabIndex={-1}
      preload={false}
      title={text}
    >
      {text}
    </Link>
  )
}
