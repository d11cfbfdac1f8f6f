import { ActionIcon, Button, Group } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { projectNamesQuery } from '../../api/queries.ts'
import type { Row } from '../../api/types.ts'
import { kindName, label, words } from '../../ui/format.ts'
import { AddFilter } from './add-filter.tsx'
import classes from './filter-chips.module.css'
import { readExpression } from './filter-expression.ts'
import type { Layout } from './layout.ts'
import type { ListState } from './list-state.ts'

interface Props {
  readonly layout: Layout
  readonly filter: readonly string[]
  /** The rows that are shown: they know what the ids in a filter are called. */
  readonly rows: readonly Row[]
  readonly onChange: (change: Partial<ListState>) => void
}

/** What the list is filtered by, each to be taken away, and a way to add more. */
export function FilterChips({ layout, filter, rows, onChange }: Props) {
  const { data: projects } = useQuery({ ...projectNamesQuery, enabled: filter.some((each) => /^project/.test(each)) })
  return (
    <Group gap={6}>
      <AddFilter fields={layout.fields} onAdd={(expression) => onChange({ filter: [...filter, expression] })} />
      {filter.map((expression) => {
        const text = tell(expression, rows, projects)
        return (
          <span key={expression} className={classes.chip}>
            {text}
            <ActionIcon
              size={18}
              variant="subtle"
              color="gray"
              aria-label={`Remove the filter ${text}`}
              onClick={() => onChange({ filter: filter.filter((each) => each !== expression) })}
            >
              <IconX size={13} />
            </ActionIcon>
          </span>
        )
      })}
      {filter.length > 1 && (
        <Button size="compact-xs" variant="subtle" onClick={() => onChange({ filter: [] })}>
          Clear all
        </Button>
      )}
    </Group>
  )
}

const SIGNS = { '=': 'is', '!=': 'is not', '~': 'contains', '>=': '≥', '<=': '≤', '>': '>', '<': '<' }
/** The field with the name of what another field has the id of. */
const NAMED_BY: Readonly<Record<string, string>> = {
  assetId: 'assetName',
  rule: 'title',
  ruleId: 'ruleName',
  subscriptionId: 'subscriptionName',
}

function tell(expression: string, rows: readonly Row[], projects: ReadonlyMap<string, string> | undefined): string {
  const parts = readExpression(expression)
  if (!parts) return expression
  const { field, operator, value } = parts
  const naming = NAMED_BY[field]
  const name = naming && rows.find((row) => row[field] === value)?.[naming]
  const heading = name ? label(field).replace(/ ID$/, '') : label(field)
  return `${heading} ${SIGNS[operator]} ${name || valueName(field, value, projects)}`
}

function valueName(field: string, value: string, projects: ReadonlyMap<string, string> | undefined): string {
  if (field === 'kind') return kindName(value)
  if (value === 'null') return 'none'
  if (value === '') return 'empty'
  if (value === 'true') return 'yes'
  if (value === 'false') return 'no'
  return projects?.get(value) ?? (value === 'REJECTED' ? 'Ignored' : words(value))
}
