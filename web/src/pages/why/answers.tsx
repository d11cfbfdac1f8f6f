import { Code, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { kindsQuery } from '../../api/queries.ts'
import { useMay } from '../../api/role.ts'
import { AnchorLink, ButtonLink } from '../../ui/anchor-link.tsx'
import { kindName } from '../../ui/format.ts'
import { Notice } from '../../ui/notice.tsx'
import { RestoreButton } from '../object/restore-button.tsx'

/** Why an object is not here, the most telling reason first. */
export interface WhyAnswer {
  readonly id: string
  readonly items: readonly Reason[]
}

interface Reason {
  readonly code: string
  readonly connection: string | null
  readonly kind: string | null
  readonly sentence: string
  readonly change: string | null
  readonly plan: string | null
  readonly run: number | null
  readonly by: string | null
}

const TONES: Readonly<Record<string, 'good' | 'warn' | 'bad'>> = {
  here: 'good',
  'waits-for-approval': 'warn',
  removed: 'warn',
  'run-incomplete': 'bad',
  'cannot-ask': 'bad',
  forbidden: 'bad',
}

/** The reasons, each with what to change and the way there. */
export function Answers({ answer }: { answer: WhyAnswer }) {
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" className="breakable">
        What there is to say about <Code>{answer.id}</Code>, the most telling reason first:
      </Text>
      {answer.items.map((reason) => {
        const { code, connection, kind, plan, sentence } = reason
        return (
          <Notice
            role="alert"
            key={`${code} ${connection} ${kind} ${plan}`}
            tone={TONES[code] ?? 'calm'}
            title={sentence}
          >
            <Stack gap="xs">
              <Change text={reason.change} />
              <Facts reason={reason} />
              <Ways reason={reason} id={answer.id} />
            </Stack>
          </Notice>
        )
      })}
    </Stack>
  )
}

/** What to change: a sentence, or a command for those who work on the command line. */
function Change({ text }: { text: string | null }) {
  if (text === null) return null
  if (!text.startsWith('wizbridge ')) return <Text size="sm">{text}</Text>
  return (
    <Text size="sm" component="div" className="breakable">
      On the command line: <Code>{text}</Code>
    </Text>
  )
}

function Facts({ reason: { kind, plan, by, connection, run } }: { reason: Reason }) {
  const facts: [string, ReactNode][] = [
    ...(kind ? [['Kind', kindName(kind)] as [string, ReactNode]] : []),
    ...(plan ? [['Plan', plan] as [string, ReactNode]] : []),
    ...(by ? [['Comes from', by] as [string, ReactNode]] : []),
  ]
  return (
    <Group gap="md">
      {facts.map(([name, value]) => (
        <Text key={name} size="xs">
          {name}: {value}
        </Text>
      ))}
      {connection && (
        <AnchorLink to="/connections/$name" params={{ name: connection }} size="xs" c="inherit" underline="always">
          {connection}
        </AnchorLink>
      )}
      {run !== null && (
        <AnchorLink to="/runs/$run" params={{ run: String(run) }} size="xs" c="inherit" underline="always">
          Sync {run}
        </AnchorLink>
      )}
    </Group>
  )
}

/** Where the reason can be done away with. */
function Ways({ reason, id }: { reason: Reason; id: string }) {
  const { code, connection, kind, plan, run } = reason
  const mayOperate = useMay('operator')
  const { data: kinds } = useQuery(kindsQuery)
  const plural = kinds?.find(({ name }) => name === kind)?.plural
  if (!connection) return null
  const look = { size: 'compact-sm', variant: 'default' } as const
  return (
    <Group gap="xs">
      {['here', 'missed', 'waits-for-approval', 'removed'].includes(code) && plural && (
        <ButtonLink to="/browse/$plural/$id" params={{ plural, id }} search={{ connection }} {...look}>
          Open it
        </ButtonLink>
      )}
      {code === 'waits-for-approval' && run !== null && (
        <ButtonLink to="/runs/$run" params={{ run: String(run) }} {...look}>
          Decide about its removal
        </ButtonLink>
      )}
      {code === 'removed' && kind && <RestoreButton kind={kind} id={id} connection={connection} reason={reason.by} />}
      {['excluded', 'plan-off'].includes(code) && plan && mayOperate && (
        <ButtonLink
          to="/connections/$name/$tab"
          params={{ name: connection, tab: 'plans' }}
          search={{ plan }}
          {...look}
        >
          Change the plan
        </ButtonLink>
      )}
      {code === 'not-wanted' && mayOperate && (
        <ButtonLink to="/connections/$name/$tab" params={{ name: connection, tab: 'plans' }} search={{}} {...look}>
          See the plans
        </ButtonLink>
      )}
    </Group>
  )
}
