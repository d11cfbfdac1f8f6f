import { Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { isAbsent } from '../../api/client.ts'
import { useMay } from '../../api/role.ts'
import { textOf } from '../../app/search-params.ts'
import { ButtonLink } from '../../ui/anchor-link.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { PlanCard } from './plan-card.tsx'
import { PlanEditor } from './plan-editor.tsx'
import { plansQuery } from './plan-queries.ts'

/** What is brought in through a connection by itself, and how often; the address names the plan that is changed. */
export function PlansTab({ connection }: { connection: string }) {
  const mayOperate = useMay('operator')
  const navigate = useNavigate()
  const search = useSearch({ strict: false })
  const { data: plans, error, refetch } = useQuery(plansQuery(connection))
  const place = { to: '/connections/$name/$tab', params: { name: connection, tab: 'plans' } } as const
  const back = () => void navigate({ ...place, search: {} })
  const changed = textOf(search.plan)
  const plan = plans?.find((each) => each.name === changed)
  if (error && isAbsent(error)) {
    return <Empty title="Plans are not available in this version">Use “Sync now” to bring in everything.</Empty>
  }
  if (mayOperate && textOf(search.new)) return <PlanEditor connection={connection} onDone={back} />
  if (mayOperate && plan) return <PlanEditor key={plan.id} connection={connection} plan={plan} onDone={back} />
  return (
    <Panel
      title="Plans"
      aside={
        mayOperate && (
          <ButtonLink {...place} search={{ new: 'yes' }} size="xs" leftSection={<IconPlus size={14} aria-hidden />}>
            New plan
          </ButtonLink>
        )
      }
    >
      <Stack gap="sm">
        {error && <Problem error={error} retry={() => void refetch()} />}
        {!plans && !error && <Loading rows={3} height={40} />}
        {plans && changed && !plan && <Text size="sm">There is no plan {changed} here.</Text>}
        {plans?.length === 0 && (
          <Text size="sm" c="dimmed">
            None yet. A plan brings in what you choose, and runs by itself; until there is one, “Sync now” brings in
            everything.
          </Text>
        )}
        {plans?.map((each) => (
          <PlanCard key={each.id} plan={each} mayOperate={mayOperate} />
        ))}
      </Stack>
    </Panel>
  )
}
