import { Button, Code, Group, List, Modal, Stack, Text } from '@mantine/core'

const READ = [
  ['Issues, with their notes and tickets', 'read:issues'],
  ['Vulnerability findings', 'read:vulnerabilities'],
  ['Configuration findings', 'read:cloud_configuration'],
  ['Cloud resources, images and repositories', 'read:resources'],
  ['Projects', 'read:projects'],
  ['Controls', 'read:controls'],
  ['Technologies', 'read:inventory'],
] as const

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
  readonly onAllow: () => void
}

/** Says what will be read and written before anything is asked for. */
export function PermissionDialog({ opened, onClose, onAllow }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Connect Wizbridge to Wiz"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text size="sm">
          Wizbridge works with a service account that you make in Wiz under Settings › Service Accounts. It can do what
          the scopes you tick there allow, and nothing else.
        </Text>
        <div>
          <Text size="sm" fw={600} mb={4}>
            It reads from Wiz
          </Text>
          <List size="sm" spacing={4}>
            {READ.map(([what, scope]) => (
              <List.Item key={scope}>
                {what} <Code>{scope}</Code>
              </List.Item>
            ))}
          </List>
        </div>
        <div>
          <Text size="sm" fw={600} mb={4}>
            It writes to Wiz
          </Text>
          <Text size="sm">Nothing in this version. Give the service account no scope to write.</Text>
        </div>
        <Text size="sm" c="dimmed">
          A scope you leave out leaves out that kind only; the test of the connection shows it. What is read is stored
          in your own PostgreSQL. The client secret is encrypted and never shown again.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={onAllow}>Allow access</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
