import { Button, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

const TRIED = 'wizbridge.reloaded-for'

/**
 * After an upgrade an open page asks for scripts that are gone: loads the page anew, or offers to where something typed
 * would be lost. Once for each version, so that a server which lacks a file does not make it a loop.
 */
export function reloadWhenOutdated(): void {
  const typed = new Set<HTMLInputElement | HTMLTextAreaElement>()
  addEventListener('input', ({ target }) => {
    const isText = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
    if (isText && target.type !== 'search' && target.closest('form')) typed.add(target)
  })
  addEventListener('vite:preloadError', () => {
    const isUnsaved = [...typed].some((input) => input.isConnected && input.value !== '')
    const version = document.querySelector<HTMLScriptElement>('script[type=module]')?.src ?? ''
    if (isUnsaved || sessionStorage.getItem(TRIED) === version) return offer()
    sessionStorage.setItem(TRIED, version)
    location.reload()
  })
}

function offer(): void {
  notifications.show({
    id: 'outdated',
    autoClose: false,
    closeButtonProps: { 'aria-label': 'Close' },
    title: 'A part of this page is gone',
    message: (
      <>
        <Text size="sm" mb="xs">
          Wizbridge was probably upgraded. Reload the page to go on; what you typed and did not save is lost then.
        </Text>
        <Button size="xs" variant="default" onClick={() => location.reload()}>
          Reload
        </Button>
      </>
    ),
  })
}
