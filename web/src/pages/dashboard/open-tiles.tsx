import { Paper, SimpleGrid, Text } from '@mantine/core'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { count } from '../../ui/format.ts'
import { Severity } from '../../ui/severity.tsx'
import { openFilter, WORST_FIRST } from './open-filter.ts'

interface Props {
  readonly open: Readonly<Record<string, number>>
  readonly connection: string | undefined
}

/** How many findings are open, by severity. */
export function OpenTiles({ open, connection }: Props) {
  const all = Object.values(open).reduce((sum, n) => sum + n, 0)
  const shown = WORST_FIRST.filter((severity) => severity !== 'NONE' || (open.NONE ?? 0) > 0)
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, md: 4, lg: shown.length + 1 }} spacing="sm">
      <Tile number={all} filter={openFilter(connection)}>
        <Text size="sm">Open findings</Text>
      </Tile>
      {shown.map((severity) => (
        <Tile key={severity} number={open[severity] ?? 0} filter={openFilter(connection, `severity=${severity}`)}>
          <Severity value={severity} />
        </Tile>
      ))}
    </SimpleGrid>
  )
}

function Tile({ number, filter, children }: { number: number; filter: string[]; children: React.ReactNode }) {
  return (
    <Paper withBorder px="md" py="sm" className="panel tile">
      <AnchorLink
        to="/browse/$plural"
        params={{ plural: 'findings' }}
        search={{ filter }}
        c="inherit"
        underline="never"
      >
        <Text component="div" fz={24} fw={600} lh={1.25}>
          {count(number)}
        </Text>
        {children}
      </AnchorLink>
    </Paper>
  )
}
