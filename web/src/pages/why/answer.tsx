import { Alert, Stack, Text } from '@mantine/core'
import type { Row } from '../../api/types.ts'
import { label } from '../../ui/format.ts'

/** The answer, sentence first, then what it rests on. */
export function Answer({ answer }: { answer: Row }) {
  const sentence = ['sentence', 'answer', 'reason'].map((name) => answer[name]).find((each) => typeof each === 'string')
  const rest = Object.entries(answer).filter(([, value]) => value !== null && value !== sentence)
  return (
    <Alert color="indigo" variant="light" title={typeof sentence === 'string' ? sentence : 'What is known'}>
      <Stack gap={4}>
        {rest.map(([name, value]) => (
          <Text key={name} size="sm" className="breakable">
            <b>{label(name)}</b> {typeof value === 'object' ? JSON.stringify(value) : String(value)}
          </Text>
        ))}
      </Stack>
    </Alert>
  )
}
