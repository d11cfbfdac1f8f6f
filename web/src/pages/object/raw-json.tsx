import { Button, Code, Collapse } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Panel } from '../../ui/panel.tsx'

/** The whole object as Wiz sent it. */
export function RawJson({ value }: { value: unknown }) {
  const [isOpen, open] = useDisclosure()
  if (value === undefined) return null
  return (
    <Panel
      title="As Wiz sent it"
      aside={
        <Button size="compact-xs" variant="default" onClick={open.toggle} aria-expanded={isOpen}>
          {isOpen ? 'Hide JSON' : 'Show JSON'}
        </Button>
      }
    >
      <Collapse expanded={isOpen}>
        {isOpen && (
          <Code block tabIndex={0} mah={520} style={{ overflow: 'auto' }}>
            {JSON.stringify(value, null, 2)}
          </Code>
        )}
      </Collapse>
    </Panel>
  )
}
