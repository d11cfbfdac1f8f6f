import { Button } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { textOf } from '../../app/search-params.ts'
import { Empty } from '../../ui/empty.tsx'
import { Card } from './card.tsx'

/** A one-time sign-in link: used up by a press, not by whatever opens links to look at them. */
export function SignInLinkPage() {
  const token = textOf(useSearch({ strict: false }).token)
  if (!token) {
    return (
      <Card title="Sign in by link">
        <Empty title="This link is not whole">Copy all of it, from http to its end.</Empty>
      </Card>
    )
  }
  return (
    <Card title="Sign in by link" about="This link signs in once. After that it is worth nothing.">
      <Button component="a" href={`/enter?token=${encodeURIComponent(token)}`} fullWidth>
        Sign in
      </Button>
    </Card>
  )
}
