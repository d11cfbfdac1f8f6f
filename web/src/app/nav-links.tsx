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
import { createLink, useLocation } from '@tanstack/react-router'
import { type AnchorHTMLAttributes, forwardRef } from 'react'

type Native = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof NavLinkProps>

const Item = createLink(
  forwardRef<HTMLAnchorElement, NavLinkProps & Native>((props, ref) => (
    <NavLink ref={ref} component="a" className="nav-link" py={5} {...props} />
  )),
)

interface PageLink {
  readonly to: '/' | '/browse/$plural' | '/integrations' | '/why' | '/settings/$section'
  readonly params: Readonly<Record<string, string>>
  readonly text: string
  readonly icon: TablerIcon
  /** How addresses begin that belong to it too. */
  readonly within?: readonly string[]
}

const browse = (plural: string, text: string, icon: TablerIcon): PageLink => ({
  to: '/browse/$plural',
  params: { plural },
  text,
  icon,
})

const GROUPS: readonly { readonly name: string | null; readonly links: readonly PageLink[] }[] = [
  { name: null, links: [{ to: '/', params: {}, text: 'Dashboard', icon: IconLayoutDashboard }] },
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
    name: 'Inventory',
    links: [
      { ...browse('assets', 'Assets', IconServer2), within: ['/browse/resources/'] },
      browse('projects', 'Projects', IconFolders),
      browse('technologies', 'Technologies', IconStack2),
      browse('controls', 'Controls', IconBuildingBroadcastTower),
    ],
  },
  {
    name: 'Operate',
    links: [
      {
        to: '/integrations',
        params: {},
        text: 'Integrations',
        icon: IconPlug,
        within: ['/connections/', '/runs/'],
      },
      { to: '/why', params: {}, text: 'Why is it not here?', icon: IconHelpCircle },
      {
        to: '/settings/$section',
        params: { section: 'about' },
        text: 'Settings',
        icon: IconSettings,
        within: ['/settings/'],
      },
    ],
  },
]

/** The way to every page. */
export function NavLinks({ onGo }: { onGo: () => void }) {
  const pathname = useLocation({ select: (location) => location.pathname })
  return (
    <Stack gap="md" component="nav" aria-label="Pages">
      {GROUPS.map(({ name, links }) => (
        <div key={name ?? 'first'}>
          {name && (
            <Text size="xs" fw={600} c="dimmed" px="sm" mb={4}>
              {name}
            </Text>
          )}
          {links.map(({ to, params, text, icon: Icon, within = [] }) => (
            <Item
              key={text}
              to={to}
              params={params}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              active={within.some((start) => pathname.startsWith(start))}
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
