import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { ProblemError } from '../../api/client.ts'
import { kindsQuery, objectQuery } from '../../api/queries.ts'
import { textOf } from '../../app/search-params.ts'
import { ButtonLink } from '../../ui/anchor-link.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import { AssetView } from './asset-view.tsx'
import { FindingView } from './finding-view.tsx'
import { useNeighbours } from './neighbours.tsx'
import { OtherView } from './other-view.tsx'

/** One finding, asset or other object with all that is known of it. */
export function ObjectPage() {
  const { plural: asked = '', id = '' } = useParams({ strict: false })
  const connection = textOf(useSearch({ strict: false }).connection)
  const plural = asked === 'assets' ? 'resources' : asked
  const { data: kinds } = useQuery(kindsQuery)
  const { data: object, error, refetch } = useQuery(objectQuery(plural, id, connection))
  const kind = kinds?.find((each) => each.plural === plural)
  const neighbours = useNeighbours(plural, id, connection)
  if (error instanceof ProblemError && error.code === 'not-found') return <Missing id={id} />
  if (error) {
    return (
      <Page title="Not shown" actions={neighbours}>
        <Problem error={error} retry={() => void refetch()} />
      </Page>
    )
  }
  if (!object || !kind) {
    return (
      <Page title="…" about={'\u00a0'} actions={neighbours}>
        <Loading rows={10} />
      </Page>
    )
  }
  if (kind.isFinding) return <FindingView object={object} kind={kind} neighbours={neighbours} />
  if (kind.name === 'cloud-resource') return <AssetView object={object} kind={kind} neighbours={neighbours} />
  return <OtherView object={object} kind={kind} neighbours={neighbours} />
}

function Missing({ id }: { id: string }) {
  return (
    <Page title="It is not here">
      <Notice tone="warn" role="alert">
        <Text size="sm" className="breakable">
          Nothing with the id {id} is stored here, or it is in a project that you may not see.
        </Text>
        <ButtonLink to="/why" search={{ id }} variant="default" size="xs" mt="sm">
          Why is it not here?
        </ButtonLink>
      </Notice>
    </Page>
  )
}
