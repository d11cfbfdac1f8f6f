import { kindName } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Columns } from './columns.tsx'
import { Facts } from './facts.tsx'
import { RawJson } from './raw-json.tsx'
import { Timeline } from './timeline.tsx'
import type { ViewProps } from './view-props.ts'

/** An object of any other kind: all of its fields. */
export function OtherView({ object, kind, actions, notices }: ViewProps) {
  const title = String(object[kind.title] ?? object.id)
  const names = kind.fields.filter((field) => field.type !== 'json').map((field) => field.name)
  return (
    <Page title={title} about={kindName(kind.name)} actions={actions}>
      {notices}
      <Columns
        main={
          <>
            <Panel title="Facts">
              <Facts kind={kind} row={object} names={names} />
            </Panel>
            <RawJson value={object.raw} />
          </>
        }
        side={<Timeline history={object.history} storedAt={object.storedAt} until={object.asOf?.at} milestones={[]} />}
      />
    </Page>
  )
}
