import type { ReactNode } from 'react'
import type { Detail, Kind } from '../../api/types.ts'
import { kindName } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Columns } from './columns.tsx'
import { Facts } from './facts.tsx'
import { RawJson } from './raw-json.tsx'
import { Timeline } from './timeline.tsx'
import { TombstoneAlert } from './tombstone-alert.tsx'

/** An object of any other kind: all of its fields. */
export function OtherView({ object, kind, neighbours }: { object: Detail; kind: Kind; neighbours: ReactNode }) {
  const title = String(object[kind.title] ?? object.id)
  const names = kind.fields.filter((field) => field.type !== 'json').map((field) => field.name)
  return (
    <Page title={title} about={kindName(kind.name)} actions={neighbours}>
      <TombstoneAlert object={object} kind={kind.name} />
      <Columns
        main={
          <>
            <Panel title="Facts">
              <Facts kind={kind} row={object} names={names} />
            </Panel>
            <RawJson value={object.raw} />
          </>
        }
        side={<Timeline history={object.history} storedAt={object.storedAt} milestones={[]} />}
      />
    </Page>
  )
}
