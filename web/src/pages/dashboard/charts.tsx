import { SimpleGrid } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { Dashboard } from '../../api/types.ts'
import { count, words } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { Chart } from './chart.tsx'
import { openFilter, WORST_FIRST } from './open-filter.ts'
import { dayName, spansOf } from './spans.ts'

interface Props {
  readonly dashboard: Dashboard
  readonly connection: string | undefined
}

/** The pictures of the dashboard; a press on one leads to the list behind it. */
export function Charts({ dashboard, connection }: Props) {
  const navigate = useNavigate()
  const show = (filter: string[]) =>
    void navigate({ to: '/browse/$plural', params: { plural: 'findings' }, search: { filter } })
  const { days, ages } = dashboard
  const mildFirst = WORST_FIRST.toReversed().filter((severity) => days.some((day) => day.open[severity]))
  const spans = spansOf(days)
  const sum = (what: 'opened' | 'closed') => days.reduce((all, day) => all + day[what], 0)
  const inConnection = connection ? [`connection=${connection}`] : []
  return (
    <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} className="thirds">
      <Panel title="Open findings by severity">
        <Chart
          kind="area"
          categories={days.map(({ day }) => dayName(day))}
          about={`Open findings over time: ${count(total(days[0]?.open))} at the beginning, ${count(total(days.at(-1)?.open))} now.`}
          series={mildFirst.map((severity) => ({
            name: words(severity),
            severity,
            values: days.map((day) => day.open[severity] ?? 0),
          }))}
          onPick={(_, series) => show(openFilter(connection, `severity=${mildFirst[series] ?? 'CRITICAL'}`))}
        />
      </Panel>
      <Panel title={spans.length < days.length ? 'New against fixed, by week' : 'New against fixed'}>
        <Chart
          kind="bar"
          categories={spans.map(({ name }) => name)}
          about={`In this time ${count(sum('opened'))} findings were new and ${count(sum('closed'))} were fixed or ignored.`}
          series={[
            { name: 'New', tone: 'open', values: spans.map(({ opened }) => opened) },
            { name: 'Fixed or ignored', tone: 'good', values: spans.map(({ closed }) => closed) },
          ]}
          onPick={(index, series) => {
            const { from = '', until = '' } = spans[index] ?? {}
            const field = series === 0 ? 'detectedAt' : 'updatedAt'
            const closed = series === 0 ? [] : ['status=RESOLVED', 'status=REJECTED']
            show([...inConnection, ...closed, `${field}>=${from}`, `${field}<${until}`])
          }}
        />
      </Panel>
      <Panel title="Age of open findings">
        <Chart
          kind="stack"
          categories={ages.map((each) => each.age)}
          about={ages.map((each) => `${each.age}: ${count(total(each.open))}`).join(', ')}
          series={mildFirst.map((severity) => ({
            name: words(severity),
            severity,
            values: ages.map((each) => each.open[severity] ?? 0),
          }))}
          onPick={(index) => {
            const { since = null, until = null } = ages[index] ?? {}
            const bounds = [...(since ? [`detectedAt>=${since}`] : []), ...(until ? [`detectedAt<${until}`] : [])]
            show(openFilter(connection, ...bounds))
          }}
        />
      </Panel>
    </SimpleGrid>
  )
}

function total(open: Readonly<Record<string, number>> = {}): number {
  return Object.values(open).reduce((sum, n) => sum + n, 0)
}
