import { Button, Popover } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBookmark } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import { Loading } from '../../ui/loading.tsx'
import type { ListState } from './list-state.ts'

const ViewList = lazy(() => import('./view-list.tsx').then((module) => ({ default: module.ViewList })))

interface Props {
  readonly plural: string
  readonly state: ListState
  readonly onOpen: (view: ListState) => void
}

/** Views of a list under names. */
export function SavedViews({ plural, state, onOpen }: Props) {
  const [isOpen, popover] = useDisclosure()
  const open = (view: ListState) => {
    onOpen(view)
    popover.close()
  }
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => !opened && popover.close()}
      position="bottom-start"
      width={350}
      trapFocus
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBookmark size={14} aria-hidden />}
          onClick={popover.toggle}
        >
          Views
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved views" maw="calc(100vw - 1rem)">
        <Suspense fallback={<Loading rows={2} />}>
          <ViewList plural={plural} state={state} onOpen={open} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
