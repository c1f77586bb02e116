import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import { audit } from '@/lib/auth/audit'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import { type KeptPage, keptFile, packed } from '@/lib/share/kept-file'
import { SharedFigures } from '@/lib/share/shared-figures'
import type { Database } from '@/lib/store/database'
import type { CompareAnswers } from './compare-answers'
import { parseAsked } from './compare-asked'
import { fileResponse, type KeptPrograms } from './file-response'

export interface CompareFileParts {
  database: Database
  answers: CompareAnswers
  keptProgram: KeptPrograms
}

/** GET /api/v1/compare.html: the figures as one HTML file that opens from disk, as a link to them would show them. */
export function addCompareFile(app: Hono, { database, answers, keptProgram }: CompareFileParts): void {
  app.get('/api/v1/compare.html', async (context) => {
    const { principal, project } = context.get('caller')
    const asked = parseAsked((name) => context.req.query(name), project)
    const shared = new SharedFigures({ secret: randomBytes(32).toString('hex'), hidden: [] })
    const view = shared.query(new URL(context.req.url).search.slice(1))
    const page: KeptPage = { kind: 'comparison', title: 'Compare', at: Date.now(), view }
    const shown = [
      shared.report(JSON.parse(await answers.report(asked)) as CompareAnswer),
      shared.details(JSON.parse(await answers.details(asked)) as CompareDetailsAnswer),
    ]
    async function* parts(): AsyncGenerator<[string, string]> {
      for (const [number, answer] of shown.entries()) yield [`answer-${number}`, await packed(JSON.stringify(answer))]
    }
    const file = keptFile(await keptProgram('comparison'), page, parts())
    await audit(database, principal, 'saved as a file', project, 'a comparison')
    return fileResponse(context, 'backseat-compare.html', file)
  })
}
