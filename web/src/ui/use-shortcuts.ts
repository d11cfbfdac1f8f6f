import { useHotkeys } from '@mantine/hooks'

type Shortcut = readonly [key: string, act: () => void]

const TYPES_TEXT = 'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])'
const ABOVE_THE_PAGE = '[role=dialog], [role=menu], [role=listbox]'
/** What takes no keys itself: the page, and the rows of a list. */
const TAKES_NO_KEYS = 'body, main, [role=grid], [role=row], [role=gridcell], [data-row]'

/** Keys that act on the page: not while text is typed, not behind a dialog, and never a key that the focused part takes. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useHotkeys(
    shortcuts.map(([key, act]) => {
      const actIfMeant = (event: KeyboardEvent) => {
        if (!isMeant(event)) return
        event.preventDefault()
        act()
      }
      return [key, actIfMeant, { preventDefault: false }]
    }),
    [],
  )
}

function isMeant({ target, key, defaultPrevented }: KeyboardEvent): boolean {
  if (defaultPrevented || !(target instanceof Element)) return false
  if (target.matches(TYPES_TEXT) || target.closest(ABOVE_THE_PAGE)) return false
  // A letter means nothing to a button or a link; Enter and the arrows do.
  return key.length === 1 || target.matches(TAKES_NO_KEYS)
}
