import { mix } from '../chance/hash.ts'
import type { Node } from '../collection.ts'

const frameworkLines = `
1|Wiz|Vulnerability Management;External Exposure;Identity and Access;Data Security;Secrets Management;Network Exposure;High Availability;Logging;Container Security;Secure Configuration
4|NIST SP 800-53 Revision 5|AC Access Control;AU Audit and Accountability;CM Configuration Management;IA Identification and Authentication;SC System and Communications Protection;SI System and Information Integrity;RA Risk Assessment;CP Contingency Planning
5|FedRAMP (Moderate)|Access Control;Audit and Accountability;Configuration Management;System and Communications Protection
24|CIS Controls v8|1 Inventory of Enterprise Assets;3 Data Protection;4 Secure Configuration;5 Account Management;6 Access Control Management;7 Continuous Vulnerability Management;8 Audit Log Management
34|MITRE ATT&CK Matrix|Initial Access;Execution;Persistence;Privilege Escalation;Defense Evasion;Credential Access;Discovery;Lateral Movement;Exfiltration
48|SOC 2 Type I|CC6 Logical and Physical Access Controls;CC7 System Operations;CC8 Change Management;A1 Availability
53|ISO/IEC 27001-2022|5 Organizational controls;8 Technological controls
57|PCI DSS v4.0|1 Network Security Controls;2 Secure Configurations;3 Stored Account Data;6 Secure Systems and Software;7 Restrict Access;8 Identify Users;10 Log and Monitor
112|Internal baseline (draft)|Tagging;Ownership
`

/** Frameworks with everything below them. */
export interface Frameworks {
  frameworks: Node[]
  categories: Node[]
  subCategories: Node[]
  /** Some sub-categories for a rule or control, the same each time. */
  forRule(roll: number, count: number): Node[]
}

/** Makes the security frameworks; categories point back to their framework, sub-categories to their category. */
export function makeFrameworks(seed: number): Frameworks {
  const frameworks: Node[] = []
  const categories: Node[] = []
  const subCategories: Node[] = []
  for (const line of frameworkLines.split('\n').filter(Boolean)) {
    const [number, name, chapters] = line.split('|') as [string, string, string]
    const framework: Node = {
      id: `wf-id-${number}`,
      name,
      description: name.startsWith('Internal') ? null : `Requirements of ${name} that can be checked in the cloud.`,
      builtin: !name.startsWith('Internal'),
      enabled: !name.startsWith('FedRAMP'),
      policyTypes: ['CLOUD'],
      parentFramework: number === '5' ? (frameworks.find(({ id }) => id === 'wf-id-4') ?? null) : null,
      categories: [],
    }
    frameworks.push(framework)
    for (const chapter of chapters.split(';')) {
      const category: Node = {
        id: `wct-id-${categories.length + 1}`,
        name: chapter,
        description: categories.length % 5 === 0 ? null : `${chapter}, as ${name} has it.`,
        framework,
        subCategories: [],
      }
      categories.push(category)
      ;(framework.categories as Node[]).push(category)
      const count = 2 + (mix(seed, categories.length) % 4)
      const { code, title } = codeOf(chapter)
      for (let n = 1; n <= count; n++) {
        const sub: Node = {
          id: `wsct-id-${subCategories.length + 1}`,
          title: `${code}-${n} ${title}: requirement ${n}`,
          externalId: `${code}-${n}`,
          description: subCategories.length % 9 === 0 ? null : `Requirement ${n} of ${title}.`,
          resolutionRecommendation: subCategories.length % 3 === 0 ? '' : `Review the findings of ${title}.`,
          category,
        }
        subCategories.push(sub)
        ;(category.subCategories as Node[]).push(sub)
      }
    }
  }
  return {
    frameworks,
    categories,
    subCategories,
    forRule: (roll, count) => {
      const chosen = new Set<Node>()
      for (let n = 0; n < count; n++) chosen.add(subCategories[mix(roll, n) % subCategories.length] as Node)
      return [...chosen]
    },
  }
}

/** The short code of a chapter: its own, or the first letters of its words. */
function codeOf(chapter: string): { code: string; title: string } {
  const [, own, rest] = /^([A-Z]{1,3}\d?|\d+) (.+)$/.exec(chapter) ?? []
  if (own && rest) return { code: own, title: rest }
  const initials = chapter.match(/\b[A-Z]/g) ?? ['X']
  return { code: initials.join(''), title: chapter }
}
