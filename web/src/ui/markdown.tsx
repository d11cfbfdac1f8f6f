import { lazy, Suspense } from 'react'
import { Loading } from './loading.tsx'

// Reading Markdown takes much code, which the page need not wait for.
const ProseContent = lazy(() => import('./prose-content.tsx').then((module) => ({ default: module.ProseContent })))

/** Markdown of somebody else, made harmless. */
export function Prose({ text }: { text: string }) {
  return (
    <Suspense fallback={<Loading rows={2} height={18} />}>
      <ProseContent text={text} />
    </Suspense>
  )
}
