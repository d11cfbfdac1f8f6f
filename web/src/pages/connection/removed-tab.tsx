import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ask } from '../../api/client.ts'
import { kindsQuery } from '../../api/queries.ts'
import type { Page } from '../../api/types.ts'
import { textOf } from '../../app/search-params.ts'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { Empty } from '../../ui/empty.tsx'
import { count, kindName } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ShowOlder } from '../../ui/show-older.tsx'
import { ROW, useRowKeys } from '../../ui/use-row-keys.ts'
import { textAt } from '../object/node.ts'
import { REMOVAL_REASONS, removalReason } from '../object/removal.ts'
import { RestoreButton } from '../object/restore-button.tsx'
import classes from './removed-tab.module.css'

interface Tombstone {
  readonly connection: string
  readonly kind: string
  readonly id: string
  readonly reason: string
  readonly runId: number | null
  readonly deletedAt: string
  readonly raw: unknown
}

/** What was removed here, why and by which sync; each of these can be brought back. */
export function RemovedTab({ connection }: { connection: string }) {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const { data: kinds } = useQuery(kindsQuery)
  const wanted = { kind: textOf(search.kind), reason: textOf(search.reason), run: textOf(search.run) }
  const set = (part: Partial<typeof wanted>) =>
    void navigate({
      to: '/connections/$name/$tab',
      params: { name: connection, tab: 'removed' },
      search: { ...wanted, ...part },
    })
  const filter = [
    `connection=${connection}`,
    ...(wanted.kind ? [`kind=${wanted.kind}`] : []),
    ...(wanted.reason ? [`reason=${wanted.reason}`] : []),
    ...(wanted.run ? [`runId=${wanted.run}`] : []),
  ]
  const list = useInfiniteQuery({
    queryKey: ['tombstones', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { filter, raw: true, total: pageParam === null, limit: 25, cursor: pageParam ?? undefined }
      return ask<Page<Tombstone>>('/tombstones', { query, signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  const keys = useRowKeys<HTMLUListElement>()
  const rows = list.data?.pages.flatMap((page) => page.items)
  const total = list.data?.pages[0]?.total
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end">
        <Select
          label="Kind"
          placeholder="All"
          data={kinds?.map(({ name }) => ({ value: name, label: kindName(name) })) ?? []}
          value={wanted.kind ?? null}
          onChange={(kind) => set({ kind: kind ?? undefined })}
          clearable
          clearButtonProps={{ 'aria-label': 'All kinds' }}
          w={{ base: '100%', xs: 200 }}
        />
        <Select
          label="Reason"
          placeholder="All"
          data={REMOVAL_REASONS}
          value={wanted.reason ?? null}
          onChange={(reason) => set({ reason: reason ?? undefined })}
          clearable
          clearButtonProps={{ 'aria-label': 'All reasons' }}
          w={{ base: '100%', xs: 260 }}
        />
        {wanted.run && (
          <Button variant="default" onClick={() => set({ run: undefined })}>
            Only sync {wanted.run} ×
          </Button>
        )}
        {total !== undefined && (
          <Text size="sm" c="dimmed" pb={8}>
            {count(total)} removed
          </Text>
        )}
      </Group>
      {list.error && <Problem error={list.error} retry={() => void list.refetch()} />}
      {!rows && !list.error && <Loading />}
      {rows?.length === 0 && (
        <Empty title="Nothing was removed">What is removed is kept here with its reason, and can be restored.</Empty>
      )}
      {rows && rows.length > 0 && (
        <ul className={classes.list} ref={keys}>
          {rows.map((row) => (
            <RemovedRow
              key={`${row.kind} ${row.id}`}
              row={row}
              plural={kinds?.find(({ name }) => name === row.kind)?.plural}
            />
          ))}
        </ul>
      )}
      <ShowOlder list={list} />
    </Stack>
  )
}

function RemovedRow({ row, plural }: { row: Tombstone; plural: string | undefined }) {
  const { kind, id, connection, reason, runId, deletedAt, raw } = row
  const title = textAt(raw, 'sourceRule.name', 'sourceRules.0.name', 'rule.name', 'name') ?? id
  return (
    <li className={classes.row} {...ROW}>
      <div className="grow">
        <Text size="sm" className="breakable">
          {plural ? (
            <AnchorLink to="/browse/$plural/$id" params={{ plural, id }} search={{ connection }} inherit>
              {title}
            </AnchorLink>
          ) : (
            title
          )}
        </Text>
        <Text size="sm" component="div">
          {kindName(kind)} · {removalReason(reason)} · removed <Moment at={deletedAt} />
          {runId !== null && (
            <>
              {' by '}
              <AnchorLink to="/runs/$run" params={{ run: String(runId) }} inherit c="inherit" underline="always">
                sync {runId}
              </AnchorLink>
            </>
          )}
        </Text>
        {title !== id && (
          <Text size="xs" c="dimmed" className="breakable">
            {id}
          </Text>
        )}
      </div>
      <RestoreButton kind={kind} id={id} connection={connection} reason={reason} title={title} />
    </li>
  )
}
