import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { kindsQuery, objectQuery } from '../../api/queries.ts'
import { textOf } from '../../app/search-params.ts'
import { Loading } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { AsOfBanner } from './as-of-banner.tsx'
import { AsOfChooser } from './as-of-chooser.tsx'
import { AssetView } from './asset-view.tsx'
import { FindingView } from './finding-view.tsx'
import { useNeighbours } from './neighbours.tsx'
import { NotShown } from './not-shown.tsx'
import { OtherView } from './other-view.tsx'
import { TombstoneAlert } from './tombstone-alert.tsx'
import { useFocusAtAnotherMoment } from './use-focus-at-another-moment.ts'

/** One finding, asset or other object with all that is known of it, or was at a moment. */
export function ObjectPage() {
  const { plural: asked = '', id = '' } = useParams({ strict: false })
  const search = useSearch({ strict: false })
  const [connection, at] = [textOf(search.connection), textOf(search.at)]
  const plural = asked === 'assets' ? 'resources' : asked
  const { data: kinds } = useQuery(kindsQuery)
  const query = objectQuery(plural, id, { connection, at })
  const {
    data: object,
    error,
    refetch,
    isPlaceholderData: isLooking,
  } = useQuery({
    ...query,
    // Of the same object another moment may stay in sight meanwhile.
    placeholderData: (before, last) => (last && isSameObject(last.queryKey, query.queryKey) ? before : undefined),
  })
  const kind = kinds?.find((each) => each.plural === plural)
  useFocusAtAnotherMoment(at, (object !== undefined && !isLooking) || error !== null)
  const neighbours = useNeighbours({ plural, id, connection, at })
  const actions = (
    <>
      <AsOfChooser at={at} />
      {neighbours}
    </>
  )
  if (error) {
    const again = () => void refetch()
    return (
      <NotShown object={{ plural, id, connection, at }} kind={kind} error={error} retry={again} actions={actions} />
    )
  }
  if (!object || !kind) {
    return (
      <Page title="…" about={'\u00a0'} actions={actions}>
        <Loading rows={10} />
      </Page>
    )
  }
  const notices = (
    <>
      <AsOfBanner asOf={object.asOf} isLooking={isLooking} />
      <TombstoneAlert object={object} kind={kind.name} />
    </>
  )
  const view = { object, kind, actions, notices }
  if (kind.isFinding) return <FindingView {...view} />
  if (kind.name === 'cloud-resource') return <AssetView {...view} />
  return <OtherView {...view} />
}

/** Whether two questions differ in the moment only, which comes last. */
function isSameObject(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.slice(0, -1).every((part, index) => part === other[index])
}
