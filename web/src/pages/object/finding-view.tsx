import { Group, Stack, Text } from '@mantine/core'
import { AnchorLink } from '../../ui/anchor-link.tsx'
import { kindName, words } from '../../ui/format.ts'
import { LinkOut, safeAddress } from '../../ui/link-out.tsx'
import { Prose } from '../../ui/markdown.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Severity } from '../../ui/severity.tsx'
import { Status } from '../../ui/status.tsx'
import { Columns } from './columns.tsx'
import { Facts } from './facts.tsx'
import { listAt, textAt } from './node.ts'
import { Notes, Tickets } from './notes-and-tickets.tsx'
import { RawJson } from './raw-json.tsx'
import { RelatedFindings } from './related-findings.tsx'
import { Tags } from './tags.tsx'
import { Timeline } from './timeline.tsx'
import type { ViewProps } from './view-props.ts'

const MAIN = ['type', 'result', 'package', 'version', 'fixedVersion', 'score', 'epssProbability', 'hasExploit']
const MORE = ['isKnownExploited', 'detectionMethod', 'locationPath', 'projectIds', 'frameworks', 'assignee']
const END = ['resolutionReason', 'dueAt', 'updatedAt', 'connection', 'id']
const RESOURCE = ['assetType', 'assetStatus', 'platform', 'region', 'subscriptionName', 'subscriptionId', 'providerId']

/** A finding with its rule, what to do about it, where it is and what happened to it. */
export function FindingView({ object, kind, actions, notices }: ViewProps) {
  const { raw, history } = object
  const title = String(object[kind.title] ?? textAt(raw, 'sourceRule.name', 'sourceRules.0.name', 'name') ?? object.id)
  const rule = listAt(raw, 'sourceRules')[0] ?? raw
  const description = textAt(raw, 'description', 'CVEDescription', 'rule.description') ?? describedBy(rule)
  const remediation = remediationOf(raw, rule)
  const wiz = textAt(raw, 'url', 'portalUrl')
  const assetId = typeof object.assetId === 'string' ? object.assetId : null
  const connection = String(object.connection)
  return (
    <Page
      title={title}
      about={
        <Group gap="md" mt={4}>
          <Severity value={object.severity} />
          <Status value={object.status} />
          {object.status === 'REJECTED' && <span>Local status: Accepted Failed</span>}
          <span>{kindName(kind.name)}</span>
        </Group>
      }
      actions={
        <>
          {safeAddress(wiz) && <LinkOut href={wiz}>Open in Wiz</LinkOut>}
          {actions}
        </>
      }
    >
      {notices}
      <Columns
        main={
          <>
            {description && (
              <Panel title="What it is">
                <Prose text={description} />
              </Panel>
            )}
            <Panel title="How to fix it">
              {remediation ? (
                <Prose text={remediation} />
              ) : (
                <Text size="sm" c="dimmed">
                  Wiz says nothing about that.
                </Text>
              )}
            </Panel>
            <Notes raw={raw} />
            {assetId && (
              <RelatedFindings
                title="Also on this asset"
                assetId={assetId}
                connection={connection}
                except={String(object.id)}
              />
            )}
            <RawJson value={raw} />
          </>
        }
        side={
          <>
            <Panel title="Resource">
              <Stack gap="xs">
                {assetId ? (
                  <AnchorLink
                    to="/browse/$plural/$id"
                    params={{ plural: 'assets', id: assetId }}
                    search={{ connection }}
                    fw={600}
                    className="breakable"
                  >
                    {String(object.assetName ?? assetId)}
                  </AnchorLink>
                ) : (
                  <Text size="sm">Wiz names none.</Text>
                )}
                <Facts kind={kind} row={object} names={RESOURCE} more={cloudLink(raw)} />
                <Tags tags={object.tags} />
              </Stack>
            </Panel>
            <Panel title="Facts">
              <Facts kind={kind} row={object} names={[...MAIN, ...MORE, ...END]} />
            </Panel>
            <Tickets raw={raw} />
            <Timeline
              history={history}
              storedAt={object.storedAt}
              until={object.asOf?.at}
              milestones={[
                ['Found by Wiz', object.createdAt ?? object.firstDetectedAt ?? object.firstSeenAt],
                [
                  `Resolved${object.resolutionReason ? `: ${words(String(object.resolutionReason))}` : ''}`,
                  object.resolvedAt,
                ],
              ]}
            />
          </>
        }
      />
    </Page>
  )
}

function describedBy(rule: unknown): string | undefined {
  return textAt(rule, 'controlDescription', 'configurationRuleDescription', 'eventRuleDescription')
}

function remediationOf(raw: unknown, rule: unknown): string | undefined {
  return (
    textAt(raw, 'remediation', 'rule.remediationInstructions') ??
    textAt(rule, 'resolutionRecommendation', 'remediationInstructions', 'control.resolutionRecommendation')
  )
}

function cloudLink(raw: unknown) {
  const url = textAt(
    raw,
    'entitySnapshot.cloudProviderURL',
    'vulnerableAsset.cloudProviderURL',
    'evidence.cloudConfigurationLink',
  )
  if (!safeAddress(url)) return []
  return [
    [
      'In the cloud',
      <LinkOut key="cloud" href={url}>
        Open its console
      </LinkOut>,
    ] as const,
  ]
}
