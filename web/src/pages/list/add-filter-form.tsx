import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Field } from '../../api/types.ts'
import { label, words } from '../../ui/format.ts'
import type { Operator } from './filter-expression.ts'

const NAMES: Readonly<Record<Operator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '~': 'contains',
  '>=': 'is at least / not before',
  '<=': 'is at most / not after',
  '>': 'is more than / after',
  '<': 'is less than / before',
}

/** What is asked for to filter by a field. */
export function AddFilterForm({ fields, onAdd }: { fields: readonly Field[]; onAdd: (expression: string) => void }) {
  const [name, setName] = useState<string | null>(null)
  const [operator, setOperator] = useState<Operator>('=')
  const [value, setValue] = useState('')
  const field = fields.find((each) => each.name === name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!field || value === '') return
    onAdd(`${field.name}${operator}${value}`)
    setValue('')
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Select
          label="Field"
          size="xs"
          searchable
          data={fields.map((each) => ({ value: each.name, label: label(each.name) }))}
          value={name}
          onChange={(next) => {
            setName(next)
            setOperator(operatorsOf(fields.find((each) => each.name === next) ?? NO_FIELD)[0] ?? '=')
            setValue('')
          }}
          description={field?.about}
          comboboxProps={{ withinPortal: false }}
        />
        {field && (
          <>
            <Select
              label="How"
              size="xs"
              allowDeselect={false}
              data={operatorsOf(field).map((each) => ({ value: each, label: NAMES[each] }))}
              value={operator}
              onChange={(next) => setOperator((next ?? '=') as Operator)}
              comboboxProps={{ withinPortal: false }}
            />
            <ValueInput field={field} operator={operator} value={value} onChange={setValue} />
          </>
        )}
        <Group justify="flex-end">
          <Button type="submit" size="xs" disabled={!field || value === ''}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface ValueProps {
  readonly field: Field
  readonly operator: Operator
  readonly value: string
  readonly onChange: (value: string) => void
}

function ValueInput({ field, operator, value, onChange }: ValueProps) {
  const choices = field.type === 'boolean' ? ['true', 'false'] : (field.values ?? [])
  if (choices.length > 0 && operator !== '~') {
    const names: Record<string, string> = { true: 'Yes', false: 'No', REJECTED: 'Ignored' }
    return (
      <Select
        label="Value"
        size="xs"
        data={choices.map((each) => ({ value: each, label: names[each] ?? words(each) }))}
        value={value || null}
        onChange={(next) => onChange(next ?? '')}
        comboboxProps={{ withinPortal: false }}
      />
    )
  }
  return (
    <TextInput
      label="Value"
      size="xs"
      type={field.type === 'time' ? 'date' : field.type === 'number' ? 'number' : 'text'}
      step="any"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function operatorsOf({ type, name }: Field): readonly Operator[] {
  if (type === 'time') return ['>=', '<']
  if (type === 'number') return ['=', '>=', '<=', '>', '<', '!=']
  if (type === 'boolean') return ['=', '!=']
  if (type === 'json') return ['~']
  return name === 'severity' ? ['=', '>=', '<=', '!='] : ['=', '!=', '~']
}

const NO_FIELD: Field = { name: '', type: 'text', about: '', values: null }
