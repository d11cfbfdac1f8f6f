import type { ReactNode } from 'react'

/** Lets what is wider than the window be scrolled, also by keys where nothing inside takes them. */
export function ScrollX({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section className="scroll-x" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
