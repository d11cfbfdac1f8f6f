import { Button, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ask, isAbsent, ProblemError } from '../../api/client.ts'
import { textOf } from '../../app/search-params.ts'
import { Empty } from '../../ui/empty.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Answers, type WhyAnswer } from './answers.tsx'

/** Finds out why an object of Wiz is not here. */
export function WhyPage() {
  const id = textOf(useSearch({ strict: false }).id) ?? ''
  const navigate = useNavigate()
  const [text, setText] = useState(id)
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['why', id],
    queryFn: ({ signal }) => ask<WhyAnswer>('/why', { query: { id }, signal }),
    enabled: id !== '',
    retry: false,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ to: '/why', search: { id: text.trim() } })
  }
  return (
    <Page
      title="Why is it not here?"
      about="Names the filter, the scope, the rule or the error that left an object out."
    >
      <Stack gap="md" maw={860}>
        <form onSubmit={submit}>
          <Group gap="xs" align="flex-end">
            <TextInput
              className="grow"
              label="Wiz id or URL"
              placeholder="An id, or the address of its page in Wiz"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              spellCheck={false}
              required
            />
            <Button type="submit" loading={isFetching}>
              Find out
            </Button>
          </Group>
        </form>
        <div aria-live="polite">
          {isFetching && <Loading rows={3} />}
          {!isFetching &&
            error &&
            (isAbsent(error) ? (
              <Unknown id={id} />
            ) : (
              <Problem error={error} {...retryOf(error, () => void refetch())} />
            ))}
          {id === '' && (
            <Text size="sm" c="dimmed">
              It looks at what is stored, at what was removed, and at each plan. If that does not tell, Wiz is asked for
              that one object.
            </Text>
          )}
          {!isFetching && data && <Answers answer={data} />}
        </div>
      </Stack>
    </Page>
  )
}

/** What is no id stays none however often it is tried. */
function retryOf(error: unknown, retry: () => void) {
  return error instanceof ProblemError && error.code === 'bad-input' ? { title: 'This cannot be looked up' } : { retry }
}

function Unknown({ id }: { id: string }) {
  return (
    <Empty title="This version cannot tell yet">
      <Text span size="sm">
        Look at the receipts of the last sync for what was left out or rejected. You asked for <Code>{id}</Code>.
      </Text>
    </Empty>
  )
}
