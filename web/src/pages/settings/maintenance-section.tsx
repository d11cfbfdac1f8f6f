import { Button, Code, List, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { addressOf } from '../../api/client.ts'
import { Panel } from '../../ui/panel.tsx'
import { MasterKeyPanel } from './master-key-panel.tsx'

/** What keeps an installation in order: its master key, and what to send to whoever helps. */
export function MaintenanceSection() {
  return (
    <Stack gap="md" maw={760}>
      <MasterKeyPanel />
      <Panel title="Support bundle">
        <Stack gap="sm" align="flex-start">
          <Text size="sm">
            One JSON document for whoever helps you to find a fault. That it was made is in the audit log.
          </Text>
          <List size="sm">
            <List.Item>
              It holds versions, settings, sizes of tables, and the last runs with receipts and errors.
            </List.Item>
            <List.Item>
              It holds no secrets, no findings, and no names of resources, projects, tenants or people.
            </List.Item>
            <List.Item>
              It does hold the address of this server, the paths of its folders and the host of its database: look
              through it before you send it.
            </List.Item>
          </List>
          <Button
            component="a"
            href={addressOf('/support/bundle')}
            download="wizbridge-support.json"
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            Download support bundle
          </Button>
          <Text size="xs" c="dimmed">
            On the machine itself: <Code>wizbridge support bundle &gt; bundle.json</Code>
          </Text>
        </Stack>
      </Panel>
    </Stack>
  )
}
