import { Tabs } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useMay } from '../../api/role.ts'
import { Page } from '../../ui/page.tsx'
import { AboutSection } from './about-section.tsx'
import { ApiKeysSection } from './api-keys-section.tsx'
import { AuditSection } from './audit-section.tsx'
import { MaintenanceSection } from './maintenance-section.tsx'
import { UsersSection } from './users-section.tsx'

/** Who may use Wizbridge, what they did, and what this server is. */
export function SettingsPage() {
  const { section = 'about' } = useParams({ strict: false })
  const navigate = useNavigate()
  const mayAdminister = useMay('admin')
  return (
    <Page title="Settings">
      <Tabs
        value={section}
        onChange={(value) =>
          void navigate({ to: '/settings/$section', params: { section: value ?? 'about' }, search: {} })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md" className="tab-list">
          <Tabs.Tab value="about">You and this server</Tabs.Tab>
          {mayAdminister && (
            <>
              <Tabs.Tab value="users">Users</Tabs.Tab>
              <Tabs.Tab value="api-keys">API keys</Tabs.Tab>
              <Tabs.Tab value="audit">Audit log</Tabs.Tab>
              <Tabs.Tab value="maintenance">Maintenance</Tabs.Tab>
            </>
          )}
        </Tabs.List>
        <Tabs.Panel value="about">
          <AboutSection />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <UsersSection />
        </Tabs.Panel>
        <Tabs.Panel value="api-keys">
          <ApiKeysSection />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditSection />
        </Tabs.Panel>
        <Tabs.Panel value="maintenance">
          <MaintenanceSection />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
