import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { kindsQuery } from '../../api/queries.ts'
import { Page } from '../../ui/page.tsx'
import { BrowseList } from './browse-list.tsx'
import { layoutOf, listName } from './layout.ts'

/** All objects of a kind, or all findings. */
export function BrowsePage() {
  const { plural = 'findings' } = useParams({ strict: false })
  const { data: kinds } = useQuery(kindsQuery)
  const layout = kinds && layoutOf(plural, kinds)
  return (
    <Page title={listName(plural)} about={layout?.about ?? '\u00a0'} isFull>
      <BrowseList key={plural} plural={plural} />
    </Page>
  )
}
