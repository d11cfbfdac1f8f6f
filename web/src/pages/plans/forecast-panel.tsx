import { Badge, Group, Loader, Stack, Text } from '@mantine/core'
import { count, duration, kindName } from '../../ui/format.ts'
import { Moment } from '../../ui/moment.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import classes from './forecast-panel.module.css'
import type { LiveForecast, useForecast } from './use-forecast.ts'

interface Props {
  readonly forecast: ReturnType<typeof useForecast>
  /** Something has to be mended before there can be a forecast. */
  readonly isBlocked: boolean
}

/** What the plan would bring in as it is chosen now, and what it costs. */
export function ForecastPanel({ forecast, isBlocked }: Props) {
  const { data, error, isFresh } = forecast
  return (
    <Panel
      title="Forecast"
      aside={
        !isBlocked && !isFresh && !error && <Loader size={16} aria-label="Asking Wiz" className={classes.asking} />
      }
    >
      <div className={classes.body} aria-live="polite" aria-busy={!isFresh}>
        {isBlocked && <Text size="sm">Mend what is marked in the form; then Wiz is asked what would come in.</Text>}
        {!isBlocked && error && <Problem error={error} title="No forecast" />}
        {!isBlocked && !error && !data && (
          <Text size="sm" c="dimmed">
            Wiz is being asked what would come in …
          </Text>
        )}
        {!isBlocked && !error && data && <Outcome forecast={data} isFresh={isFresh} />}
      </div>
    </Panel>
  )
}

function Outcome({ forecast, isFresh }: { forecast: LiveForecast; isFresh: boolean }) {
  const { items, calls, minutes, nextRunAt } = forecast
  const total = items.reduce((sum, item) => sum + (comingIn(item) ?? 0), 0)
  return (
    <Stack gap="sm" className={isFresh ? undefined : classes.old}>
      <div>
        <Text size="lg" fw={600}>
          About {count(total)} {total === 1 ? 'object' : 'objects'}
        </Text>
        <Text size="sm" c="dimmed">
          {count(calls)} calls of Wiz{minutes !== null && `, ${duration(minutes * 60_000)}`} for a full run
          <br />
          Next run by itself: <Moment at={nextRunAt} missing="none, only when asked to" />
        </Text>
      </div>
      <Stack component="ul" gap="sm" className={classes.kinds}>
        {items.map((item) => (
          <KindItem key={item.kind} item={item} />
        ))}
      </Stack>
      <Text size="xs" c="dimmed">
        Nothing was stored. What is left out is counted in the first rows of each kind, and estimated for the rest.
      </Text>
    </Stack>
  )
}

type Item = LiveForecast['items'][number]

function KindItem({ item }: { item: Item }) {
  const { kind, state, count: rows, isAtLeast, calls, sentence, inspected, leftOut, sample } = item
  const coming = comingIn(item)
  const isCut = coming !== null && coming !== rows
  return (
    <li>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text size="sm" fw={600}>
          {kindName(kind)}
        </Text>
        {state === 'allowed' ? (
          <Text size="sm" className="nowrap">
            {coming === null ? '' : `${isCut ? '≈ ' : ''}${isAtLeast ? '≥ ' : ''}${count(coming)}`}
            {isCut && <span className="dimmed"> of {count(rows)}</span>}
          </Text>
        ) : (
          <Badge color="orange" variant="light" size="sm">
            {state === 'forbidden' ? 'Forbidden' : 'Not known'}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {[...(calls > 0 ? [`${count(calls)} calls.`] : []), ...(sentence ? [sentence] : [])].join(' ')}
      </Text>
      {Object.entries(leftOut).map(([reason, n]) => (
        <Text key={reason} size="xs">
          {count(n)} of {count(inspected)} looked at are left out:{' '}
          {sample.find((row) => row.reason === reason)?.sentence ?? reason}
        </Text>
      ))}
      {sample.length > 0 && (
        <details className={classes.examples}>
          <summary>Examples</summary>
          <ul>
            {sample.map(({ id, title, outcome, sentence: why }) => (
              <li key={id} className="breakable">
                <b>{OUTCOMES[outcome]}</b> {title ?? id}
                {why && <span className="dimmed"> – {why}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}

const OUTCOMES = { 'comes-in': 'Comes in:', 'left-out': 'Left out:', 'kept-as-is': 'Kept as it is:' }

/** How many rows would come in, going by those that were looked at. */
function comingIn({ count: rows, inspected, leftOut }: Item): number | null {
  if (rows === null) return null
  const out = Object.values(leftOut).reduce((sum, n) => sum + n, 0)
  return inspected === 0 ? rows : Math.round(rows * (1 - out / inspected))
}
