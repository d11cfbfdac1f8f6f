import { Button, Code, CopyButton, Group } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Notice } from './notice.tsx'

/** Shows something that will not be shown again, to be copied now. */
export function SecretOnce({ title, value }: { title: string; value: string }) {
  return (
    <Notice tone="warn" title={title} role="status">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Code block className="breakable grow">
          {value}
        </Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Notice>
  )
}
