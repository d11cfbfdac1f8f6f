import type { Field } from '../../api/types.ts'
import { count, exact, kindName, relative, words } from '../../ui/format.ts'
import { Severity } from '../../ui/severity.tsx'
import { Status } from '../../ui/status.tsx'

interface Props {
  readonly field: Field
  readonly value: unknown
  readonly projects: ReadonlyMap<string, string> | undefined
}

/** A value of a row, as its field is best shown. */
export function Cell({ field, value, projects }: Props) {
  const { name, type } = field
  if (value === null || value === undefined || value === '') return <span className="dimmed">–</span>
  if (name === 'severity') return <Severity value={value} />
  if (name === 'status') return <Status value={value} />
  if (name === 'kind') return <>{kindName(String(value))}</>
  if (type === 'time') {
    const at = String(value)
    return (
      <time dateTime={at} title={exact(at)}>
        {relative(at)}
      </time>
    )
  }
  if (type === 'boolean') return <>{value === true ? 'Yes' : 'No'}</>
  if (type === 'number') return <>{count(Number(value))}</>
  if (type === 'texts' && Array.isArray(value)) {
    const names = value.map((each) => projects?.get(String(each)) ?? String(each))
    return names.length === 0 ? (
      <span className="dimmed">–</span>
    ) : (
      <span title={names.join(', ')}>{names.join(', ')}</span>
    )
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : words(String(value))
  return <span title={text}>{text}</span>
}
