import { useMediaQuery } from '@mantine/hooks'

/** Whether the window is too narrow for the columns of a table, as on a phone. */
export function useIsNarrow(): boolean {
  return useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
}
