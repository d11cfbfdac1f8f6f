import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemError } from '../../api/client.ts'
import { objectQuery } from '../../api/queries.ts'
import type { Kind } from '../../api/types.ts'
import { ButtonLink } from '../../ui/anchor-link.tsx'
import { exact } from '../../ui/format.ts'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import { BackToNow } from './back-to-now.tsx'
import { readMoment } from './moment-input.ts'

interface Props {
  readonly object: { readonly plural: string; readonly id: string; readonly connection?: string; readonly at?: string }
  readonly kind: Kind | undefined
  readonly error: Error
  readonly retry: () => void
  readonly actions: ReactNode
}

/** Says why an object is not shown: it is not here, was not known at that moment, or the question was refused. */
export function NotShown({ object, kind, error, retry, actions }: Props) {
  const { plural, id, connection, at } = object
  const isMissing = isNotFound(error)
  const connections =
    error instanceof ProblemError && error.code === 'ambiguous' ? error.details.connections : undefined
  const now = useQuery({ ...objectQuery(plural, id, { connection }), enabled: isMissing && at !== undefined })
  if (Array.isArray(connections)) return <Several object={object} connections={connections.map(String)} />
  if (!isMissing || (now.error && !isNotFound(now.error))) {
    return (
      <Page title="Not shown" actions={actions}>
        <Problem error={isMissing ? now.error : error} retry={isMissing ? () => void now.refetch() : retry} />
        {at !== undefined && (
          <div>
            <BackToNow />
          </div>
        )}
      </Page>
    )
  }
  if (at === undefined || now.error) return <Missing id={id} />
  if (!now.data) {
    return (
      <Page title="…" actions={actions}>
        <Loading />
      </Page>
    )
  }
  const title = String(now.data[kind?.title ?? 'id'] ?? id)
  return (
    <Page title={title} actions={actions}>
      <Notice tone="warn" role="alert" title={`Not known yet on ${exact(readMoment(at).toISOString())}`}>
        <Text size="sm" mb="xs">
          It was first stored here on {exact(String(now.data.storedAt))}.
        </Text>
        <BackToNow />
      </Notice>
    </Page>
  )
}

/** An address without its connection may mean one object of each. */
function Several({ object: { plural, id, at }, connections }: Pick<Props, 'object'> & { connections: string[] }) {
  return (
    <Page title="It is in several connections">
      <Notice tone="calm" role="status" title="Which one is meant?">
        <Group gap="xs" mt="xs">
          {connections.map((connection) => (
            <ButtonLink
              key={connection}
              to="/browse/$plural/$id"
              params={{ plural, id }}
              search={{ connection, at }}
              replace
              variant="default"
              size="xs"
            >
              {connection}
            </ButtonLink>
          ))}
        </Group>
      </Notice>
    </Page>
  )
}

function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'not-found'
}

function Missing({ id }: { id: string }) {
  return (
    <Page title="It is not here">
      <Notice tone="warn" role="alert">
        <Text size="sm" className="breakable">
          Nothing with the id {id} is stored here, or it is in a project that you may not see.
        </Text>
        <ButtonLink to="/why" search={{ id }} variant="default" size="xs" mt="sm">
          Why is it not here?
        </ButtonLink>
      </Notice>
    </Page>
  )
}
