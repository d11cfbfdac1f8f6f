import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKeyboard, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ask } from '../api/client.ts'
import { authQuery } from '../api/queries.ts'
import { AnchorLink } from '../ui/anchor-link.tsx'
import { useShortcuts } from '../ui/use-shortcuts.ts'
import { NavLinks } from './nav-links.tsx'
import { ShortcutsHelp } from './shortcuts-help.tsx'

/** The frame around every page behind the sign-in. */
export function Shell() {
  const [isOpen, nav] = useDisclosure()
  const [isHelp, help] = useDisclosure()
  useShortcuts([['shift+?', help.open]])
  useLeaveWhenSignedOut()
  useFocusAfterLeaving()
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 212, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      transitionDuration={120}
    >
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={nav.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <AnchorLink to="/" underline="never" c="inherit">
              <Group gap={8} wrap="nowrap">
                <img src="/icon.svg" width="22" height="22" alt="" />
                <Text fw={650} size="lg">
                  Wizbridge
                </Text>
              </Group>
            </AnchorLink>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Tooltip label="Keyboard shortcuts (?)">
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label="Keyboard shortcuts"
                onClick={help.open}
                visibleFrom="sm"
              >
                <IconKeyboard size={19} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
            <SchemeButton />
            <CallerMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" pt="md" className="scroll-y">
        <NavLinks onGo={nav.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <ShortcutsHelp opened={isHelp} onClose={help.close} />
    </AppShell>
  )
}

function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const isDark =
    colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  const text = isDark ? 'Light colours' : 'Dark colours'
  return (
    <Tooltip label={text}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={text}
        onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? <IconSun size={19} stroke={1.7} /> : <IconMoon size={19} stroke={1.7} />}
      </ActionIcon>
    </Tooltip>
  )
}

function CallerMenu() {
  const { data } = useQuery(authQuery)
  const client = useQueryClient()
  const navigate = useNavigate()
  const signOut = async () => {
    await ask('/auth/sign-out', { method: 'POST' })
    client.clear()
    await navigate({ to: '/sign-in' })
  }
  const name = data?.caller?.name.replace(/^\w+:/, '') ?? ''
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton>
          <Group gap={6} wrap="nowrap">
            <IconUser size={19} stroke={1.7} aria-hidden />
            <span className="visually-hidden">Account</span>
            <Text size="sm" visibleFrom="sm" maw={180} truncate>
              {name}
            </Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name} · {data?.caller?.role}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Goes to the sign-in when the session ends while a page is open. */
function useLeaveWhenSignedOut() {
  const { data } = useQuery(authQuery)
  const navigate = useNavigate()
  useEffect(() => {
    if (data && !data.caller) void navigate({ to: '/sign-in', search: { from: location.pathname + location.search } })
  }, [data, navigate])
}

/** Where the link that led to a page is gone with its own page, the keys go on in the content of the new one. */
function useFocusAfterLeaving() {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged || document.activeElement !== document.body) return
        document.getElementById('main')?.focus({ preventScroll: true })
      }),
    [router],
  )
}
