import { Alert, Group, Stack, Text } from '@mantine/core'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { kindName } from '../../ui/format.ts'

/** Why an object is not here, the most telling reason first. */
export interface WhyAnswer {
  readonly id: string
  readonly items: readonly Reason[]
}

interface Reason {
  readonly code: string
  readonly connection: string | null
  readonly kind: string | null
  readonly sentence: string
  readonly change: string | null
  readonly plan: string | null
  readonly run: number | null
  readonly by: string | null
}

/** The reasons, each with what to change. */
export function Answers({ answer }: { answer: WhyAnswer }) {
  return (
    <Stack gap="sm">
      {answer.items.map((reason) => (
        <Alert
          key={`${reason.code} ${reason.connection} ${reason.kind} ${reason.plan}`}
          color="indigo"
          variant="light"
          title={reason.sentence}
        >
          {reason.change && <Text size="sm">{reason.change}</Text>}
          <Group gap="md" mt={4}>
            {reason.kind && <Text size="xs">{kindName(reason.kind)}</Text>}
            {reason.by && <Text size="xs">Comes from: {reason.by}</Text>}
            {reason.connection && (
              <AnchorLink
                to="/connections/$name"
                params={{ name: reason.connection }}
                size="xs"
                c="inherit"
                underline="always"
              >
                {reason.connection}
              </AnchorLink>
            )}
            {reason.plan && <Text size="xs">Plan {reason.plan}</Text>}
            {reason.run !== null && (
              <AnchorLink to="/runs/$run" params={{ run: String(reason.run) }} size="xs" c="inherit" underline="always">
                Sync {reason.run}
              </AnchorLink>
            )}
          </Group>
        </Alert>
      ))}
    </Stack>
  )
}
