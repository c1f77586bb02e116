import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { projectRoot } from '../store/postgres/project-root'
import { Refusal } from '../store/postgres/refusal'
import * as analyze from './analyze'
import * as check from './check'
import * as evaluate from './evaluate'
import * as exports from './export'
import * as formats from './formats'
import * as imports from './import'
import * as rebuild from './rebuild'
import * as report from './report'
import * as start from './start'
import * as watch from './watch'

/** The command line. `argv` is process.argv; what fails as expected is told in words, with exit code 1. */
export async function main(argv: string[], parts: { serve: start.Serve }): Promise<void> {
  const { version } = JSON.parse(await readFile(join(projectRoot(), 'package.json'), 'utf8')) as { version: string }
  const program = new Command('backseat').description('See, live, what a master agent does to the work it delegated.').version(version).showHelpAfterError()
  start.register(program, parts.serve, version)
  imports.register(program)
  watch.register(program)
  analyze.register(program)
  evaluate.register(program)
  report.register(program)
  check.register(program)
  rebuild.register(program)
  exports.register(program)
  formats.register(program)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(`\n${error.what}\n${error.kept}\n${error.mend}${error.detail ? `\n\n${error.detail}` : ''}\n`)
    process.exitCode = 1
  }
}
