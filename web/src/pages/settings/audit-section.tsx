import { Box, Button, Code, Group, Select, Stack, TextInput } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ask } from '../../api/client.ts'
import type { AuditEntry, Page } from '../../api/types.ts'
import { textOf } from '../../app/search-params.ts'
import { Empty } from '../../ui/empty.tsx'
import { count } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ShowOlder } from '../../ui/show-older.tsx'
import { tellProblem } from '../../ui/tell.tsx'
import { useRowKeys } from '../../ui/use-row-keys.ts'
import { AuditEntries } from './audit-entries.tsx'

interface Verification {
  readonly intact: boolean
  readonly entries: number
  readonly head: string
  readonly brokenAt: number | null
  readonly problem: string | null
}

/** Who did what, the latest first. */
export function AuditSection() {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const filter = { actor: textOf(search.actor), action: textOf(search.action), outcome: textOf(search.outcome) }
  const set = (change: Partial<typeof filter>) =>
    void navigate({ to: '.', search: { ...filter, ...change }, replace: true, resetScroll: false })
  const list = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<AuditEntry>>('/audit', {
        query: { filter: expressionsOf(filter), limit: 100, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
  const keys = useRowKeys<HTMLDivElement>()
  const entries = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Stack gap="md">
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Who"
          size="xs"
          defaultValue={filter.actor ?? ''}
          onBlur={(event) => set({ actor: event.currentTarget.value || undefined })}
        />
        <TextInput
          label="Action"
          size="xs"
          placeholder="connections.create"
          defaultValue={filter.action ?? ''}
          onBlur={(event) => set({ action: event.currentTarget.value || undefined })}
        />
        <Select
          label="Outcome"
          size="xs"
          clearable
          data={['done', 'refused', 'failed', 'unknown']}
          value={filter.outcome ?? null}
          onChange={(outcome) => set({ outcome: outcome ?? undefined })}
        />
        <VerifyButton />
      </Group>
      {list.error && <Problem error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data && entries.length === 0 && <Empty title="No entries fit">Take a filter away.</Empty>}
      {entries.length > 0 && (
        <div ref={keys}>
          <AuditEntries entries={entries} />
        </div>
      )}
      <ShowOlder list={list} />
    </Stack>
  )
}

function expressionsOf(filter: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(filter).flatMap(([field, value]) => (value ? [`${field}=${value}`] : []))
}

function VerifyButton() {
  const verify = useMutation({
    mutationFn: () => ask<Verification>('/audit/verification'),
    onError: tellProblem,
  })
  const { data } = verify
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={verify.isPending}
        onClick={() => verify.mutate()}
        leftSection={<IconShieldCheck size={14} aria-hidden />}
      >
        Verify
      </Button>
      {data && (
        <Box w="100%">
          <Notice tone={data.intact ? 'good' : 'bad'} role="status">
            {data.intact ? (
              <>
                All {count(data.entries)} entries are as they were written. The last one’s hash:{' '}
                <Code className="breakable">{data.head}</Code>
              </>
            ) : (
              `Entry ${data.brokenAt} is not as it was written. ${data.problem ?? ''}`
            )}
          </Notice>
        </Box>
      )}
    </>
  )
}
