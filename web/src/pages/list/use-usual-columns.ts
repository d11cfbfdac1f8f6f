import { useMediaQuery } from '@mantine/hooks'
import type { Layout } from './layout.ts'

/** The columns of a list while none are chosen: as many as fit beside the filters. */
export function useUsualColumns({ columns, spare }: Layout): readonly string[] {
  const isWide = useMediaQuery('(min-width: 110em)', true, { getInitialValueInEffect: false })
  return isWide ? columns : columns.filter((name) => !spare.includes(name))
}
