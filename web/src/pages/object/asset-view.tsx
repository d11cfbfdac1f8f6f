import { Group, Stack } from '@mantine/core'
import { words } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { Columns } from './columns.tsx'
import { Facts } from './facts.tsx'
import { RawJson } from './raw-json.tsx'
import { RelatedFindings } from './related-findings.tsx'
import { Tags } from './tags.tsx'
import { Timeline } from './timeline.tsx'
import type { ViewProps } from './view-props.ts'

const FACTS = ['assetTypes', 'technology', 'nativeType', 'region', 'projectIds', 'subscriptionName', 'subscriptionId']
const RISKS = ['isExposed', 'hasSensitiveData', 'hasAdminPrivileges', 'issueCount', 'criticalCount']
const IDS = ['resourceGroup', 'kubernetesCluster', 'ipAddresses', 'externalId', 'providerId', 'connection', 'id']

/** An asset with what it is, what was found on it and what happened to it. */
export function AssetView({ object, kind, actions, notices }: ViewProps) {
  const title = String(object.name ?? object.id)
  const { connection, type, platform, status } = object
  return (
    <Page
      title={title}
      about={
        <Group gap="md" mt={4}>
          <span>{words(String(type ?? ''))}</span>
          <span>{String(platform ?? '')}</span>
          {status !== null && <Status value={status} />}
        </Group>
      }
      actions={actions}
    >
      {notices}
      <Columns
        main={
          <>
            <RelatedFindings
              title="Findings on this asset"
              assetId={String(object.id)}
              connection={String(connection)}
            />
            <RawJson value={object.raw} />
          </>
        }
        side={
          <>
            <Panel title="Facts">
              <Stack gap="xs">
                <Facts kind={kind} row={object} names={[...FACTS, ...RISKS, ...IDS]} />
                <Tags tags={object.tags} />
              </Stack>
            </Panel>
            <Timeline
              history={object.history}
              storedAt={object.storedAt}
              until={object.asOf?.at}
              milestones={[
                ['First seen by Wiz', object.firstSeenAt],
                ['Last seen by Wiz', object.lastSeenAt],
              ]}
            />
          </>
        }
      />
    </Page>
  )
}
