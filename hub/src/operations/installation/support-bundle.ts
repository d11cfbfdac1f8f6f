import { z } from 'zod'
import { refuseLimited } from '../../access/caller.ts'
import { redact, scrub } from '../../log.ts'
import { operation } from '../operation.ts'
import { textStream } from '../text-stream.ts'
import { aboutDatabase } from './about-database.ts'
import { aboutInstallation } from './about-installation.ts'
import { aboutRuns } from './about-runs.ts'

/** What whoever is asked for help needs to see, in one file. */
export const supportBundle = operation({
  name: 'support.bundle',
  about: 'Writes out what is needed to find a fault, as one JSON document: no secrets, and nothing that Wiz found.',
  access: 'admin',
  audit: true,
  http: 'GET /support/bundle',
  streams: true,
  examples: ['support bundle > bundle.json'],
  input: z.strictObject({}),
  output: textStream,
  async run({ app, caller }) {
    refuseLimited(caller)
    const bundle = {
      generatedAt: new Date().toISOString(),
      installation: await aboutInstallation(app),
      database: await aboutDatabase(app.store),
      work: await aboutRuns(app.store),
    }
    // Nothing secret is put in above; this is for what nobody foresaw.
    const text = scrub(`${JSON.stringify(redact(bundle), null, 2)}\n`)
    async function* chunks() {
      yield text
    }
    return { contentType: 'application/json', fileName: 'wizbridge-support.json', chunks: chunks() }
  },
})
