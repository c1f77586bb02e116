import type { Command } from 'commander'
import { exportProject } from './export-project'
import { askServer, writeBody } from './fetch-from'

interface Options {
  session?: string
  project?: string
  labels?: boolean
  verdicts?: boolean
  html?: string
  content: boolean
  hide: string[]
  view: string
  out?: string
}

export function register(program: Command): void {
  program
    .command('export')
    .description(
      'print a session as native events, texts included, write it as one HTML file, or print what people set aside or judged as labels; from the running Backseat',
    )
    .argument('[session]', 'its id, as the address of its page shows it')
    .option('--session <id>', 'the same')
    .option('--project <id>', 'all its sessions as native events, gzip: "backseat import" reads the file')
    .option('--html <file>', 'one file that opens from disk with timeline, lists and inspector; secrets hidden as far as they are recognised')
    .option('--no-content', 'with --html: no texts of agents, only who did what when')
    .option('--hide <words...>', 'with --html: hide these words too', [])
    .option('--view <query>', 'with --html: the part of the page’s address after "?", to open at the same place', '')
    .option('--labels', 'findings that were set aside, one label a line, as "backseat evaluate" reads them')
    .option('--verdicts', 'interventions that people judged, with what they came to, one a line; of the whole project')
    .option('--out <file>', 'into this file, instead of standard output')
    .action(async (session: string | undefined, options: Options) => {
      process.exitCode = await exportFrom({ ...options, session: session ?? options.session })
    })
}

async function exportFrom({ session, project, labels, verdicts, html, content, hide, view, out }: Options): Promise<number> {
  if (project !== undefined) return exportProject(project, out)
  if (!labels && !verdicts && session === undefined) {
    process.stderr.write('Say what to export: a session’s id, --project, --labels, or --verdicts.\n')
    return 1
  }
  const id = session === undefined ? '' : encodeURIComponent(session)
  if (html !== undefined && id !== '') {
    const response = await askServer(`/api/v1/sessions/${id}/file`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ content, hidden: hide, view: view.replace(/^\?/, '') }),
    })
    if (!response) return 1
    await writeBody(response, html === '-' ? undefined : html)
    return 0
  }
  const path = verdicts ? '/api/v1/verdicts' : labels ? `/api/v1/labels${id && `?session=${id}`}` : `/api/v1/sessions/${id}/events?content=inline`
  const response = await askServer(path)
  if (!response) return 1
  await writeBody(response, out)
  return 0
}
