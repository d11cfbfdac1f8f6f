import { NavLink, type NavLinkProps, Stack, Text } from '@mantine/core'
import {
  IconBug,
  IconBuildingBroadcastTower,
  IconFolders,
  IconHelpCircle,
  IconLayoutDashboard,
  IconListCheck,
  IconPlug,
  IconRulerMeasure,
  IconServer2,
  IconSettings,
  IconShieldExclamation,
  IconStack2,
  type TablerIcon,
} from '@tabler/icons-react'
import { createLink } from '@tanstack/react-router'
import { type AnchorHTMLAttributes, forwardRef } from 'react'

type Native = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof NavLinkProps>

const Item = createLink(
  forwardRef<HTMLAnchorElement, NavLinkProps & Native>((props, ref) => (
    <NavLink ref={ref} component="a" className="nav-link" py={5} {...props} />
  )),
)

const browse = (plural: string, text: string, icon: TablerIcon) => ({
  to: '/browse/$plural' as const,
  params: { plural },
  text,
  icon,
})

const GROUPS = [
  { name: null, links: [{ to: '/' as const, params: {}, text: 'Dashboard', icon: IconLayoutDashboard }] },
  {
    name: 'Findings',
    links: [
      browse('findings', 'All findings', IconListCheck),
      browse('issues', 'Issues', IconShieldExclamation),
      browse('vulnerabilities', 'Vulnerabilities', IconBug),
      browse('configuration-findings', 'Configuration', IconRulerMeasure),
    ],
  },
  {
    name: 'Estate',
    links: [
      browse('assets', 'Assets', IconServer2),
      browse('projects', 'Projects', IconFolders),
      browse('technologies', 'Technologies', IconStack2),
      browse('controls', 'Controls', IconBuildingBroadcastTower),
    ],
  },
  {
    name: 'Operate',
    links: [
      { to: '/integrations' as const, params: {}, text: 'Integrations', icon: IconPlug },
      { to: '/why' as const, params: {}, text: 'Why is it not here?', icon: IconHelpCircle },
      { to: '/settings/$section' as const, params: { section: 'about' }, text: 'Settings', icon: IconSettings },
    ],
  },
]

/** The way to every page. */
export function NavLinks({ onGo }: { onGo: () => void }) {
  return (
    <Stack gap="md" component="nav" aria-label="Pages">
      {GROUPS.map(({ name, links }) => (
        <div key={name ?? 'first'}>
          {name && (
            <Text size="xs" fw={600} c="dimmed" px="sm" mb={4}>
              {name}
            </Text>
          )}
          {links.map(({ to, params, text, icon: Icon }) => (
            <Item
              key={text}
              to={to}
              params={params}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              label={text}
              leftSection={<Icon size={17} stroke={1.7} aria-hidden />}
              onClick={onGo}
            />
          ))}
        </div>
      ))}
    </Stack>
  )
}
