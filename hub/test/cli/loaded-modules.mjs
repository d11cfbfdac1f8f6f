/* Loaded before a program: lists on standard error the packages it has imported, when it ends. */
import { registerHooks } from 'node:module'

const packages = new Set()
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(resolved.url) ?? []
    if (name) packages.add(name)
    return resolved
  },
})
process.on('exit', () => process.stderr.write(JSON.stringify([...packages])))
