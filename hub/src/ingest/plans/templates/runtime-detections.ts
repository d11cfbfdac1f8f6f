import type { PlanTemplate } from '../template.ts'

/** The assets that runtime detections are matched with. */
export const runtimeDetections: PlanTemplate = {
  name: 'runtime-detections',
  title: 'Runtime detections',
  about: 'Cloud resources, so that each runtime detection finds the exact resource it happened on.',
  kinds: ['cloud-resource'],
  filters: {},
  rules: [],
  options: {},
  schedule: 'every 6 hours',
  scopes: ['read:resources'],
}
