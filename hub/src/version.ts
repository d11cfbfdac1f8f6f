import packageJson from '../package.json' with { type: 'json' }

/** The version of this program; by itself, because help texts and documentation need nothing else of it. */
export const VERSION: string = packageJson.version
