import { Tabs } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useMay } from '../../api/role.ts'
import { Page } from '../../ui/page.tsx'
import { TabList } from '../../ui/tab-list.tsx'
import { AboutSection } from './about-section.tsx'
import { ApiKeysSection } from './api-keys-section.tsx'
import { AuditSection } from './audit-section.tsx'
import { MaintenanceSection } from './maintenance-section.tsx'
import { UsersSection } from './users-section.tsx'

const SECTIONS = [
  ['about', 'You and this server'],
  ['users', 'Users'],
  ['api-keys', 'API keys'],
  ['audit', 'Audit log'],
  ['maintenance', 'Maintenance'],
] as const

/** Who may use Wizbridge, what they did, and what this server is. */
export function SettingsPage() {
  const { section = 'about' } = useParams({ strict: false })
  const navigate = useNavigate()
  const mayAdminister = useMay('admin')
  const name = SECTIONS.find(([value]) => value === section)?.[1]
  return (
    <Page title={name ? `${name} · Settings` : 'Settings'} heading="Settings">
      <Tabs
        value={section}
        onChange={(value) =>
          void navigate({ to: '/settings/$section', params: { section: value ?? 'about' }, search: {} })
        }
        keepMounted={false}
      >
        <TabList open={section}>
          {SECTIONS.filter(([value]) => value === 'about' || mayAdminister).map(([value, text]) => (
            <Tabs.Tab key={value} value={value}>
              {text}
            </Tabs.Tab>
          ))}
        </TabList>
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
