import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { projectNamesQuery } from '../../api/queries.ts'
import type { Field, Row } from '../../api/types.ts'
import { useIsNarrow } from '../../ui/use-is-narrow.ts'
import classes from './grid.module.css'
import { CardRow, GridRow } from './grid-rows.tsx'
import type { Layout } from './layout.ts'
import type { ListState } from './list-state.ts'
import { SortHeader } from './sort-header.tsx'
import { tracksOf } from './track.ts'
import { useActiveRow } from './use-active-row.ts'
import type { useListRows } from './use-list-rows.ts'
import { useUsualColumns } from './use-usual-columns.ts'

interface Props {
  readonly layout: Layout
  readonly rows: readonly Row[]
  readonly list: ReturnType<typeof useListRows>['list']
  readonly state: ListState
  readonly onChange: (change: Partial<ListState>) => void
}

const ROW = 34
const CARD = 84
/** How high the headings are, which lie over the rows. */
const HEAD = 35

/** The rows of a list: only those in sight are in the page, however many were loaded. */
export function Grid({ layout, rows, list, state, onChange }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const isNarrow = useIsNarrow()
  const { data: projects } = useQuery(projectNamesQuery)
  const usual = useUsualColumns(layout)
  const shown = state.columns ?? usual
  const columns = useMemo(
    () => shown.flatMap((name): Field[] => layout.fields.filter((field) => field.name === name)),
    [shown, layout],
  )
  const height = isNarrow ? CARD : ROW
  const virtual = useVirtualizer({
    count: rows.length + (list.hasNextPage ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    scrollPaddingEnd: isNarrow ? 0 : HEAD,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have to be measured anew when their height changes
  useEffect(() => virtual.measure(), [height, virtual])

  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  // What was refused is asked again only by whoever presses the button for it.
  const isToLoad = hasNextPage && !isFetchingNextPage && !isFetchNextPageError && last >= rows.length - 25
  useEffect(() => {
    if (isToLoad) void fetchNextPage()
  }, [isToLoad, fetchNextPage])

  const [active, point] = useActiveRow(layout, rows, {
    firstInSight: () => Math.ceil((virtual.scrollOffset ?? 0) / height),
    show: (index) => {
      virtual.scrollToIndex(index, { align: 'auto' })
      scroller.current?.focus({ preventScroll: true })
    },
  })
  const { template, width } = useMemo(() => tracksOf(columns), [columns])
  const minWidth = isNarrow ? undefined : width
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are not in sight
    <div
      ref={scroller}
      className={classes.grid}
      role="grid"
      aria-label={layout.name}
      aria-rowcount={list.hasNextPage ? -1 : rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active >= 0 ? `row-${active}` : undefined}
      aria-busy={list.isPlaceholderData}
      tabIndex={0}
    >
      {!isNarrow && (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div role="rowgroup" className={classes.head} style={{ minWidth }}>
          {/* biome-ignore lint/a11y/useSemanticElements: see above */}
          <div
            role="row"
            aria-rowindex={1}
            className={classes.row}
            style={{ gridTemplateColumns: template }}
            tabIndex={-1}
          >
            {columns.map((field) => (
              <SortHeader key={field.name} field={field} sort={state.sort} onSort={(sort) => onChange({ sort })} />
            ))}
          </div>
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        role="rowgroup"
        className={list.isPlaceholderData ? `${classes.body} ${classes.busy}` : classes.body}
        style={{ height: virtual.getTotalSize(), minWidth }}
      >
        {items.map(({ index, start }) => {
          const row = rows[index]
          const place = { index, top: start, height, isActive: index === active, onPoint: () => point(index) }
          if (!row)
            return <div key="more" className={classes.more} style={{ transform: `translateY(${start}px)`, height }} />
          const common = { ...place, row, layout, columns, projects }
          return isNarrow ? (
            <CardRow key={index} {...common} />
          ) : (
            <GridRow key={index} {...common} template={template} />
          )
        })}
      </div>
    </div>
  )
}
