import { z } from 'zod'
import { RULES } from '../../ingest/plans/rules.ts'
import { TEMPLATES } from '../../ingest/plans/templates.ts'
import { operation } from '../operation.ts'
import { choicesFace, planChoices } from './choices.ts'

/** What plans there are to start from. */
export const listTemplates = operation({
  name: 'plans.templates',
  about: 'Lists the templates of ingestion plans: what they bring in, their options and the scopes they need.',
  access: 'viewer',
  http: 'GET /plan-templates',
  columns: ['name', 'title', 'kinds', 'schedule', 'about'],
  input: z.strictObject({}),
  output: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        about: z.string(),
        kinds: z.array(z.string()),
        filters: z.record(z.string(), z.array(z.string())),
        rules: z
          .array(z.object({ name: z.string(), sentence: z.string() }))
          .describe('What is left out here, and why.'),
        options: z.array(z.object({ name: z.string(), label: z.string(), about: z.string(), default: z.boolean() })),
        schedule: z.string(),
        scopes: z.array(z.string()).describe('The OAuth scopes to tick in Wiz.'),
      }),
    ),
    nextCursor: z.null(),
    choices: choicesFace,
  }),
  async run() {
    const items = TEMPLATES.map(({ options, rules, filters, kinds, scopes, ...template }) => ({
      ...template,
      kinds: [...kinds],
      scopes: [...scopes],
      filters: Object.fromEntries(Object.entries(filters).map(([name, words]) => [name, [...words]])),
      rules: RULES.filter((rule) => rules.includes(rule.name)).map(({ name, sentence }) => ({ name, sentence })),
      options: Object.entries(options).map(([name, { label, about, default: isOn }]) => ({
        name,
        label,
        about,
        default: isOn,
      })),
    }))
    return { items, nextCursor: null, choices: planChoices() }
  },
})
