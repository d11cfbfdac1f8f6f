import { Anchor } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** An address out of what Wiz sent, if it is one that may be opened. */
export function safeAddress(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined
}

/** A link to another site; plain text where the address is none that may be opened. */
export function LinkOut({ href, children }: { href: unknown; children: ReactNode }) {
  const address = safeAddress(href)
  if (!address) return <span>{children}</span>
  return (
    <Anchor href={address} target="_blank" rel="noopener noreferrer nofollow" inherit>
      {children} <IconExternalLink size={13} aria-label="(opens another site)" />
    </Anchor>
  )
}
