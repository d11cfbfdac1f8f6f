import { Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Detail, Kind } from '../../api/types.ts'
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
import { TombstoneAlert } from './tombstone-alert.tsx'

const FACTS = ['assetTypes', 'technology', 'nativeType', 'region', 'projectIds', 'subscriptionName', 'subscriptionId']
const RISKS = ['isExposed', 'hasSensitiveData', 'hasAdminPrivileges', 'issueCount', 'criticalCount']
const IDS = ['resourceGroup', 'kubernetesCluster', 'ipAddresses', 'externalId', 'providerId', 'connection', 'id']

/** An asset with what it is, what was found on it and what happened to it. */
export function AssetView({ object, kind, neighbours }: { object: Detail; kind: Kind; neighbours: ReactNode }) {
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
      actions={neighbours}
    >
      <TombstoneAlert object={object} kind={kind.name} />
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
