import { Button, Popover } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import type { Field } from '../../api/types.ts'
import { Loading } from '../../ui/loading.tsx'

const AddFilterForm = lazy(() => import('./add-filter-form.tsx').then((module) => ({ default: module.AddFilterForm })))

/** Adds a filter on any field. */
export function AddFilter({ fields, onAdd }: { fields: readonly Field[]; onAdd: (expression: string) => void }) {
  const [isOpen, popover] = useDisclosure()
  const add = (expression: string) => {
    onAdd(expression)
    popover.close()
  }
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => !opened && popover.close()}
      width={300}
      position="bottom-start"
      trapFocus
    >
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={popover.toggle}
        >
          Filter by any field
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Add a filter">
        <Suspense fallback={<Loading rows={2} />}>
          <AddFilterForm fields={fields} onAdd={add} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
