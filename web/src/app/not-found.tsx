import { AnchorLink } from '../ui/anchor-link.tsx'
import { Empty } from '../ui/empty.tsx'

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <main>
      <Empty title="There is no such page" action={<AnchorLink to="/">Go to the dashboard</AnchorLink>}>
        The address may be old or mistyped.
      </Empty>
    </main>
  )
}
