import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let found: string | undefined

/** The folder of the project's package.json, whether this runs from the sources, a test or a bundle in dist/: never from the working directory, which is the user's. */
export function projectRoot(): string {
  if (found !== undefined) return found
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json')) && existsSync(join(at, 'prisma'))) {
      found = at
      return found
    }
    if (at === dirname(at)) throw new Error('the project folder, with package.json and prisma/, is not above this program')
  }
}
