import { Code, Group, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconLock, IconMinus, IconQuestionMark, IconX } from '@tabler/icons-react'
import type { Check, KindProbe, Probe } from '../../api/types.ts'
import { count, kindName } from '../../ui/format.ts'
import { Notice } from '../../ui/notice.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ScrollX } from '../../ui/scroll-x.tsx'
import classes from './probe-result.module.css'

/** What a test of a connection found out, each question by itself. */
export function ProbeResult({ probe }: { probe: Probe }) {
  const { credentials, endpoint, region, kinds, unneededScopes } = probe
  return (
    <Panel title="Test of the connection">
      <Stack gap="sm">
        <CheckLine name="Credentials" check={credentials} good="Wiz knows this service account." />
        <CheckLine
          name="Endpoint"
          check={endpoint}
          good={`${URL.parse(probe.apiUrl)?.host ?? probe.apiUrl} answers.`}
        />
        <CheckLine
          name="Region"
          check={region}
          good={`API, token address and account belong together${probe.dataCentre ? ` (${probe.dataCentre})` : ''}.`}
        />
        {kinds.length > 0 && <KindTable kinds={kinds} />}
        {unneededScopes.length > 0 && (
          <Notice tone="warn" title="The service account may do more than needed">
            <Group gap={4}>
              Take these away in Wiz:
              {unneededScopes.map((scope) => (
                <Code key={scope}>{scope}</Code>
              ))}
            </Group>
          </Notice>
        )}
      </Stack>
    </Panel>
  )
}

function CheckLine({ name, check, good }: { name: string; check: Check; good: string }) {
  const { ok, sentence } = check
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" role={ok === false ? 'alert' : undefined}>
      <span className={classes.sign} data-state={ok === null ? 'unknown' : ok ? 'allowed' : 'forbidden'}>
        {ok === null ? <IconMinus size={16} /> : ok ? <IconCheck size={16} /> : <IconX size={16} />}
      </span>
      <Text size="sm" className="breakable">
        <b>{name}</b> {ok === null ? 'Not tried, because of what went wrong before.' : ok ? good : sentence}
      </Text>
    </Group>
  )
}

const STATES = {
  allowed: { text: 'Allowed', icon: IconCheck },
  empty: { text: 'Allowed, 0 rows', icon: IconAlertTriangle },
  forbidden: { text: 'Forbidden', icon: IconLock },
  unknown: { text: 'Not known', icon: IconQuestionMark },
}

/** What may be read of each kind. */
export function KindTable({ kinds }: { kinds: readonly KindProbe[] }) {
  return (
    <ScrollX label="Table of kinds">
      <Table verticalSpacing={5} miw={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Kind</Table.Th>
            <Table.Th>May it be read?</Table.Th>
            <Table.Th className="number">Rows in Wiz</Table.Th>
            <Table.Th>What to do</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kinds.map(({ kind, state, count: rows, isAtLeast, sentence }) => {
            const { text, icon: Icon } = STATES[state]
            return (
              <Table.Tr key={kind}>
                <Table.Td className="nowrap">{kindName(kind)}</Table.Td>
                <Table.Td className="nowrap">
                  <span className={classes.sign} data-state={state}>
                    <Icon size={15} aria-hidden />
                  </span>{' '}
                  {text}
                </Table.Td>
                <Table.Td className="number">
                  {isAtLeast && '≥ '}
                  {count(rows)}
                </Table.Td>
                <Table.Td className="dimmed">{sentence}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </ScrollX>
  )
}
