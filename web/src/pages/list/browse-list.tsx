import { Drawer, Text } from '@mantine/core'
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { kindsQuery } from '../../api/queries.ts'
import { ButtonLink } from '../../ui/anchor-link.tsx'
import { Empty } from '../../ui/empty.tsx'
import { count } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useShortcuts } from '../../ui/use-shortcuts.ts'
import classes from './browse-list.module.css'
import { Facets } from './facets.tsx'
import { FilterChips } from './filter-chips.tsx'
import { Grid } from './grid.tsx'
import { rememberList } from './last-list.ts'
import { type Layout, layoutOf } from './layout.ts'
import { useListState } from './list-state.ts'
import { Toolbar } from './toolbar.tsx'
import { useDefaultView } from './use-default-view.ts'
import { useListRows } from './use-list-rows.ts'

/** A list with its search, filters, columns and rows; within one connection if one is named. */
export function BrowseList({ plural, connection }: { plural: string; connection?: string }) {
  const { data: kinds, error, refetch } = useQuery(kindsQuery)
  if (error) return <Problem error={error} retry={() => void refetch()} />
  if (!kinds) return <Loading rows={12} />
  const layout = layoutOf(plural, kinds)
  if (!layout) return <Empty title={`There is no list called ${plural}`} />
  return <OpenedList layout={layout} connection={connection} />
}

function OpenedList(props: { layout: Layout; connection: string | undefined }) {
  const waits = useDefaultView(props.layout.plural)
  return waits ? <Loading rows={12} /> : <LaidOutList {...props} />
}

function LaidOutList({ layout, connection }: { layout: Layout; connection: string | undefined }) {
  const [state, change] = useListState()
  const { filter, search, sort } = state
  const asked = useMemo(() => [...filter, ...(connection ? [`connection=${connection}`] : [])], [filter, connection])
  const question = useMemo(() => ({ filter: asked, search, sort }), [asked, search, sort])
  const { list, rows, total } = useListRows(layout.plural, question)
  const { isPlaceholderData } = list
  useEffect(() => {
    if (!isPlaceholderData) rememberList({ layout, question })
  }, [layout, question, isPlaceholderData])
  const isNarrow = useMediaQuery('(max-width: 75em)', false, { getInitialValueInEffect: false })
  const [isDrawer, drawer] = useDisclosure()
  const [isPanel, setPanel] = useLocalStorage({
    key: 'wizbridge.facets',
    defaultValue: true,
    getInitialValueInEffect: false,
  })
  const toggleFacets = () => (isNarrow ? drawer.toggle() : setPanel(!isPanel))
  useShortcuts([['f', toggleFacets]])

  const fields = connection ? layout.facets.filter((field) => field !== 'connection') : layout.facets
  const facets = <Facets layout={layout} fields={fields} asked={asked} state={state} onChange={change} />
  const isEmpty = list.data !== undefined && rows.length === 0
  const isFiltered = filter.length > 0 || search !== ''
  const hasPanel = fields.length > 0 && isPanel && !isNarrow && (!isEmpty || isFiltered)
  return (
    <div className={classes.list}>
      <Toolbar layout={layout} state={state} asked={asked} onChange={change} onFacets={toggleFacets} />
      <FilterChips layout={layout} filter={filter} rows={rows} onChange={change} />
      <div className={classes.body}>
        {hasPanel && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys have to reach it
          <aside aria-label="Quick filters" tabIndex={0}>
            {facets}
          </aside>
        )}
        <div className={classes.rows}>
          <Text size="xs" c="dimmed" className={classes.count} role="status">
            {total ? `${count(total.least)}${total.isAtLeast ? ' and more' : ''} in all` : 'Counting…'}
          </Text>
          {list.error && <Problem error={list.error} retry={() => void list.refetch()} />}
          {list.isPending && <Loading rows={14} />}
          {isEmpty && <NothingHere isFiltered={isFiltered} onClear={() => change({ filter: [], search: '' })} />}
          {rows.length > 0 && <Grid layout={layout} rows={rows} list={list} state={state} onChange={change} />}
        </div>
      </div>
      <Drawer
        opened={isDrawer && isNarrow}
        onClose={drawer.close}
        title="Quick filters"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {facets}
      </Drawer>
    </div>
  )
}

function NothingHere({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty
        title="Nothing fits these filters"
        action={
          <ButtonLink to="/why" variant="default" size="xs">
            Why is it not here?
          </ButtonLink>
        }
      >
        Take a filter away, or{' '}
        <button type="button" className={classes.textButton} onClick={onClear}>
          clear all of them
        </button>
        . If you look for one object, ask why it is not here.
      </Empty>
    )
  }
  return (
    <Empty
      title="Nothing is stored yet"
      action={
        <ButtonLink to="/integrations" size="xs">
          Go to Integrations
        </ButtonLink>
      }
    >
      Connect a Wiz tenant and start a sync; the rows appear here as they come in.
    </Empty>
  )
}
