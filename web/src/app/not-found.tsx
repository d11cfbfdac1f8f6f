import { Text } from '@mantine/core'
import { AnchorLink } from '../ui/anchor-link.tsx'
import { Page } from '../ui/page.tsx'

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <Page title="There is no such page">
      <Text size="sm">
        The address may be old or mistyped. <AnchorLink to="/">Go to the dashboard</AnchorLink>
      </Text>
    </Page>
  )
}
