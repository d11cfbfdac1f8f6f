import { Refused } from '../../errors.ts'
import type { PlanTemplate } from './template.ts'
import { assetsAndFindings } from './templates/assets-and-findings.ts'
import { runtimeDetections } from './templates/runtime-detections.ts'
import { softwareCatalog } from './templates/software-catalog.ts'
import { vulnerabilities } from './templates/vulnerabilities.ts'
import { wizCspm } from './templates/wiz-cspm.ts'

/** Every plan to start from. */
export const TEMPLATES: readonly PlanTemplate[] = [
  wizCspm,
  assetsAndFindings,
  vulnerabilities,
  softwareCatalog,
  runtimeDetections,
]

/** The template of a name. */
export function templateNamed(name: string): PlanTemplate {
  const template = TEMPLATES.find((each) => each.name === name)
  if (template) return template
  const names = TEMPLATES.map((each) => each.name).join(', ')
  throw new Refused('not-found', `There is no template "${name.slice(0, 60)}". There are ${names}.`)
}
