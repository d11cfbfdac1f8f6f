import { notifications } from '@mantine/notifications'
import { withoutCommands } from './without-commands.ts'

const CLOSE = { 'aria-label': 'Close' }

/** Says in passing that something was done. */
export function tell(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 5000, closeButtonProps: CLOSE })
}

/** Says in passing that something did not work, and what to do next. */
export function tellProblem(error: unknown): void {
  const message =
    error instanceof Error ? withoutCommands(error.message) : 'Something unexpected happened. Load the page again.'
  notifications.show({ title: 'This did not work', message, color: 'red', autoClose: 12_000, closeButtonProps: CLOSE })
}
