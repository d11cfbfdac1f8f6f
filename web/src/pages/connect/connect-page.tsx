import { Stack, Stepper } from '@mantine/core'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ask } from '../../api/client.ts'
import type { Connection, Probe } from '../../api/types.ts'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import { type PlanChoice, wishesOf } from '../plans/plan-choice.ts'
import { templatesQuery } from '../plans/plan-queries.ts'
import { TemplateStep } from '../plans/template-step.tsx'
import type { ForecastTarget } from '../plans/use-forecast.ts'
import { ConnectedStep, type MadePlan } from './connected-step.tsx'
import { CredentialForm, type Credentials, EMPTY_CREDENTIALS, tenantOf } from './credential-form.tsx'
import { ProbeResult } from './probe-result.tsx'

/** Connects a Wiz tenant, step by step. */
export function ConnectPage() {
  const client = useQueryClient()
  const [credentials, setCredentials] = useState<Credentials>(EMPTY_CREDENTIALS)
  const [plan, setPlan] = useState<PlanChoice | null>(null)
  const test = useMutation({
    mutationFn: (wanted: Credentials) => ask<Probe>('/connections/check', { method: 'POST', body: tenantOf(wanted) }),
  })
  const connect = useMutation({
    mutationFn: async (wanted: Credentials) => {
      const body = { name: wanted.name.trim(), ...tenantOf(wanted) }
      const connection = await ask<Connection>('/connections', { method: 'POST', body })
      return { connection, plan: await makePlan(client, connection.name, plan) }
    },
    onSuccess: async () => {
      // The secret is not kept in the page longer than needed.
      setCredentials(EMPTY_CREDENTIALS)
      await client.invalidateQueries({ queryKey: ['connections'] })
    },
  })
  const outcome = useRef<HTMLDivElement>(null)
  const isAnswered = test.data !== undefined || test.isError
  useEffect(() => {
    // Below a long form it would come in unseen.
    if (isAnswered) outcome.current?.scrollIntoView({ block: 'nearest' })
  }, [isAnswered])
  const isTested = test.data !== undefined && test.data.credentials.ok === true && test.data.endpoint.ok === true
  const step = connect.data ? 3 : isTested ? 1 : 0

  return (
    <Page title="Sync Wizbridge with Wiz">
      <Stepper active={step} size="xs" iconSize={26} allowNextStepsSelect={false} visibleFrom="sm">
        <Stepper.Step label="Credentials" description="Where and who" />
        <Stepper.Step label="What comes in" description="A template" />
        <Stepper.Step label="Connected" description="First sync" />
      </Stepper>
      {connect.data ? (
        <ConnectedStep {...connect.data} />
      ) : (
        <Stack gap="md">
          <Stack gap="md" maw={860}>
            <CredentialForm
              initial={credentials}
              isBusy={test.isPending}
              onChange={() => test.data && test.reset()}
              onTest={(values) => {
                setCredentials(values)
                test.mutate(values)
              }}
            />
            <div aria-live="polite" ref={outcome}>
              {test.isPending && (
                <Notice tone="calm">Signing in to Wiz and counting each kind. This takes some seconds.</Notice>
              )}
              {test.error && <Problem error={test.error} title="The test did not work" />}
              {test.data && <ProbeResult probe={test.data} />}
            </div>
          </Stack>
          {isTested && (
            <TemplateStep
              connection={credentials.name.trim()}
              choice={plan}
              target={previewOf(credentials, test.submittedAt)}
              onChange={setPlan}
              isBusy={connect.isPending}
              onConnect={() => connect.mutate(credentials)}
              error={connect.error}
            />
          )}
        </Stack>
      )}
    </Page>
  )
}

/** Forecasts are asked for with the credentials that were tested; what tells them apart is when that was. */
function previewOf(credentials: Credentials, testedAt: number): ForecastTarget {
  const { projects, ...tenant } = tenantOf(credentials)
  return { path: '/plans/preview', key: `test ${testedAt}`, body: { ...tenant, connectionProjects: projects } }
}

/** The plan that was chosen; a problem with it does not undo the connection, so it is told beside it. */
async function makePlan(client: QueryClient, connection: string, choice: PlanChoice | null): Promise<MadePlan> {
  if (choice === null) return { run: null, error: null }
  try {
    const { choices } = await client.ensureQueryData(templatesQuery)
    const { template, name, enabled } = choice
    const body = { connection, template, ...(name && { name }), enabled, ...wishesOf(choice, choices) }
    const { run } = await ask<{ run: number | null }>('/plans', { method: 'POST', body })
    return { run, error: null }
  } catch (error) {
    return { run: null, error }
  }
}
