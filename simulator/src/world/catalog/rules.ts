import { mix, pick } from '../chance/hash.ts'
import { uuidOf } from '../chance/row-ids.ts'
import type { Node } from '../collection.ts'
import { DAY, formatTimestamp, type Micros } from '../time/timestamp.ts'
import { type CloudRulePlan, cloudRulePlans } from './cloud-rule-list.ts'
import { controlPlans } from './control-list.ts'
import { makeEventRules } from './event-rules.ts'
import type { Frameworks } from './frameworks.ts'

/** What raises issues: a control, a rule, or a rule over events, and what it looks at. */
export interface IssueRule {
  issueType: 'TOXIC_COMBINATION' | 'THREAT_DETECTION' | 'CLOUD_CONFIGURATION'
  entityType: string
  /** The only platform it looks at, or null for any. */
  platform: string | null
  severity: string
  name: string
  sourceRules: Node[]
  control: Node | null
  stackLayer: string
  categoryIds: ReadonlySet<string>
}

/** Every rule of the tenant. */
export interface Rules {
  cloudRules: Node[]
  controls: Node[]
  eventRules: Node[]
  issueRules: IssueRule[]
  cloudRulePlans: readonly CloudRulePlan[]
}

const layers: Record<string, string> = {
  REPOSITORY_BRANCH: 'CODE',
  USER_ACCOUNT: 'CLOUD_ENTITLEMENTS',
  SERVICE_ACCOUNT: 'CLOUD_ENTITLEMENTS',
  ACCESS_ROLE: 'CLOUD_ENTITLEMENTS',
  BUCKET: 'APPLICATION_AND_DATA',
  DATABASE: 'APPLICATION_AND_DATA',
  DB_SERVER: 'APPLICATION_AND_DATA',
  SECRET: 'SECURITY_AND_IDENTITY',
  ENCRYPTION_KEY: 'SECURITY_AND_IDENTITY',
}

function categoriesOf(subCategories: readonly Node[]): ReadonlySet<string> {
  return new Set(subCategories.map((sub) => (sub.category as Node).id))
}

/** Makes controls, cloud configuration rules and event rules, tied to each other and to the frameworks. */
export function makeRules(seed: number, now: Micros, frameworks: Frameworks, users: readonly Node[]): Rules {
  const key = mix(seed, 0x72756c65)
  const controls: Node[] = []
  const issueRules: IssueRule[] = []

  const addControl = (id: string, roll: number, more: Record<string, unknown>, subCategories: Node[]): Node => {
    const ran = formatTimestamp(now - (roll % 20) * 3_600_123_457)
    const control: Node = {
      __typename: 'Control',
      id,
      scopeQuery: null,
      enabled: roll % 19 !== 0,
      enabledForLBI: true,
      enabledForMBI: true,
      enabledForHBI: true,
      enabledForUnattributed: roll % 5 !== 0,
      builtin: roll % 12 !== 0,
      createdBy: roll % 12 === 0 ? pick(roll, users) : null,
      createdAt: formatTimestamp(now - (500 + (roll % 400)) * DAY),
      tags: roll % 6 === 0 ? ['baseline'] : [],
      tagsV2: roll % 6 === 0 ? [{ key: 'baseline', value: 'true' }] : [],
      scopeProject: null,
      supportsNRT: roll % 4 === 0,
      hasAutoRemediation: roll % 7 === 0,
      sourceCloudConfigurationRule: null,
      lastRunAt: ran,
      lastRunError: roll % 23 === 0 ? 'query timed out' : null,
      lastSuccessfulRunAt: ran,
      securitySubCategories: subCategories,
      externalReferences: roll % 8 === 0 ? [{ id: `T${1000 + (roll % 600)}`, name: 'MITRE ATT&CK' }] : null,
      threats: [],
      serviceTickets: roll % 9 === 0 ? null : [],
      validatedAsExploitable: false,
      ...more,
    }
    controls.push(control)
    return control
  }

  for (const [index, plan] of controlPlans.entries()) {
    const roll = mix(key, index)
    const subCategories = frameworks.forRule(roll, 2 + (roll % 6))
    const control = addControl(
      `wc-id-${plan.number}`,
      roll,
      {
        name: plan.name,
        description: roll % 17 === 0 ? null : `${plan.name}. The control looks at every ${plan.type} of the tenant.`,
        type: 'SECURITY_GRAPH',
        query: { type: [plan.type], select: true, where: {} },
        severity: plan.severity,
        resolutionRecommendation: `### How to resolve\n\n1. ${plan.fix}\n2. Wait for the next scan, the issue closes by itself.\n`,
        resolutionRecommendationPlainText: plan.fix,
        risks: plan.risks,
      },
      subCategories,
    )
    issueRules.push({
      issueType: plan.issueType,
      entityType: plan.type,
      platform: null,
      severity: plan.severity,
      name: plan.name,
      sourceRules: [control],
      control,
      stackLayer: layers[plan.type] ?? 'COMPUTE_PLATFORMS',
      categoryIds: categoriesOf(subCategories),
    })
  }

  const cloudRules = cloudRulePlans.map((plan, index): Node => {
    const roll = mix(key, 1000 + index)
    const subCategories = frameworks.forRule(roll, 1 + (roll % 7))
    const asControl = plan.severity !== 'LOW' && roll % 3 !== 0
    const rule: Node = {
      __typename: 'CloudConfigurationRule',
      id: uuidOf(mix(key, 9), index),
      shortId: plan.shortId,
      graphId: uuidOf(mix(key, 10), index),
      name: plan.name,
      description:
        roll % 13 === 0
          ? null
          : `This rule checks \`${plan.path}\`.\n\nIt fails when the value is not ${plan.expected}.`,
      enabled: roll % 29 !== 0,
      severity: plan.severity,
      cloudProvider: plan.platform,
      serviceType: plan.platform === 'Kubernetes' ? pick(roll, ['Kubernetes', 'EKS', 'AKS', 'GKE']) : plan.platform,
      builtin: roll % 15 !== 0,
      functionAsControl: asControl,
      hasAutoRemediation: roll % 5 === 0,
      supportsNRT: roll % 4 === 0,
      remediationInstructions: `Run or do the following:\n\n\`\`\`\n${plan.fix}\n\`\`\`\n`,
      createdBy: roll % 15 === 0 ? pick(roll, users) : null,
      createdAt: formatTimestamp(now - (600 + (roll % 300)) * DAY),
      updatedAt: formatTimestamp(now - (10 + (roll % 300)) * DAY - 123_457),
      targetNativeTypes: [plan.type.toLowerCase()],
      subjectEntityType: plan.type,
      scopeAccounts: [],
      control: null,
      opaPolicy: `package wiz\n\ndefault result = "pass"\n\nresult = "fail" {\n  input.${plan.path.replaceAll(/\[[^\]]*\]/g, '[_]')} == "${plan.current}"\n}\n`,
      iacMatchers: null,
      securitySubCategories: subCategories,
      externalReferences: null,
      tags: roll % 6 === 0 ? [{ key: 'baseline', value: 'true' }] : [],
      risks: [],
      threats: [],
    }
    if (asControl) {
      const control = addControl(
        `wc-id-${1500 + index}`,
        roll,
        {
          name: plan.name,
          description: rule.description,
          type: 'CLOUD_CONFIGURATION',
          query: { type: ['CONFIGURATION_FINDING'], where: { configurationRuleShortName: { EQUALS: [plan.shortId] } } },
          severity: plan.severity,
          resolutionRecommendation: rule.remediationInstructions,
          resolutionRecommendationPlainText: plan.fix,
          sourceCloudConfigurationRule: rule,
          risks: ['SECURE_CONFIGURATION'],
        },
        subCategories,
      )
      rule.control = control
      issueRules.push({
        issueType: 'CLOUD_CONFIGURATION',
        entityType: plan.type,
        platform: plan.platform,
        severity: plan.severity,
        name: plan.name,
        sourceRules: roll % 4 === 0 ? [rule] : roll % 11 === 0 ? [control, rule] : [control],
        control,
        stackLayer: layers[plan.type] ?? 'COMPUTE_PLATFORMS',
        categoryIds: categoriesOf(subCategories),
      })
    }
    return rule
  })

  const eventRules = makeEventRules(key, frameworks)
  for (const { node, entityType } of eventRules) {
    issueRules.push({
      issueType: 'THREAT_DETECTION',
      entityType,
      platform: null,
      severity: node.severity as string,
      name: node.name as string,
      sourceRules: [node],
      control: null,
      stackLayer: layers[entityType] ?? 'COMPUTE_PLATFORMS',
      categoryIds: categoriesOf(node.securitySubCategories as Node[]),
    })
  }
  return { cloudRules, controls, eventRules: eventRules.map(({ node }) => node), issueRules, cloudRulePlans }
}
