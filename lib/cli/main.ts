import { Command } from 'commander'
import { Refusal } from '../store/postgres/refusal'
import * as start from './start'

/** The command line. `argv` is process.argv; what fails as expected is told in words, with exit code 1. */
export async function main(argv: string[], parts: { serve: start.Serve }): Promise<void> {
  const program = new Command('backseat').description('See, live, what a master agent does to the work it delegated.').showHelpAfterError()
  start.register(program, parts.serve)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(`\n${error.what}\n${error.kept}\n${error.mend}${error.detail ? `\n\n${error.detail}` : ''}\n`)
    process.exitCode = 1
  }
}
