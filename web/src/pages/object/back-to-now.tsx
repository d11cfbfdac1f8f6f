import { ButtonLink } from '../../ui/anchor-link.tsx'

/** Leads from a moment of the past to what is known now. */
export function BackToNow() {
  return (
    <ButtonLink
      to="."
      search={(before: Record<string, unknown>) => ({ ...before, at: undefined })}
      variant="default"
      size="compact-sm"
      resetScroll={false}
    >
      Back to now
    </ButtonLink>
  )
}
