import { Tabs } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'

/** Tabs in one row; where they do not all fit, the open one is brought into sight. */
export function TabList({ open, children }: { open: string; children: ReactNode }) {
  const list = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is marked as the open one
  useEffect(() => {
    const box = list.current
    const tab = box?.querySelector<HTMLElement>('[aria-selected=true]')
    if (box && tab) box.scrollLeft = tab.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2
  }, [open])
  return (
    <Tabs.List ref={list} mb="md" className="tab-list">
      {children}
    </Tabs.List>
  )
}
