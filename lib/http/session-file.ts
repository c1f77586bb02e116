import type { Hono } from 'hono'
import { z } from 'zod'
import { audit } from '@/lib/auth/audit'
import { decodeSnapshot } from '@/lib/core/snapshot'
import { ownName } from '@/lib/core/project'
import type { Ingest } from '@/lib/ingest/ingest'
import type { Snapshots } from '@/lib/ingest/snapshots'
import { fileNameOf } from '@/lib/share/kept-file'
import { keepSession } from '@/lib/share/keep-session'
import type { Database } from '@/lib/store/database'
import { lookupSession } from '@/lib/store/log'
import { unpackSnapshot } from '@/lib/store/snapshots'
import { noSession } from './callers'
import { fileResponse, type KeptPrograms } from './file-response'
import { Hidden, previewRedaction } from './redaction-preview'
import { parsedBody } from './small-json'
import { readTurnPace, readTurnText } from '@/lib/ingest/turn-text'

export interface SessionFileParts {
  database: Database
  ingest: Ingest
  snapshots: Snapshots
  keptProgram: KeptPrograms
}

const FileBody = z.strictObject({ content: z.boolean().default(true), hidden: Hidden, view: z.string().max(4000).default('') })
const PreviewBody = z.strictObject({ hidden: Hidden })

/** A session as one HTML file that opens from disk: what a link with the same choices shows. */
export function addSessionFile(app: Hono, { database, ingest, snapshots, keptProgram }: SessionFileParts): void {
  app.post('/api/v1/sessions/:id/file', async (context) => {
    const id = context.req.param('id')
    const { content, hidden, view } = await parsedBody(context, FileBody)
    const session = await getSession(id)
    const found = await snapshots.find(id)
    if (!found) throw noSession(id)
    const { title, file } = await keepSession({
      program: await keptProgram('session'),
      pool: database.pool,
      pk: session.pk,
      snapshot: decodeSnapshot(await unpackSnapshot(found.body)),
      turnText: (turnId) => readTurnText(database.pool, session.pk, turnId),
      turnPace: (turnId) => readTurnPace(database.pool, session.pk, turnId),
      content,
      hidden,
      view,
      at: Date.now(),
    })
    const { principal, project } = context.get('caller')
    await audit(database, principal, 'saved as a file', project, `${ownName(id)}, ${content ? 'with texts' : 'without texts'}`)
    return fileResponse(context, fileNameOf(title), file)
  })

  app.post('/api/v1/sessions/:id/file/preview', async (context) => {
    const id = context.req.param('id')
    const { hidden } = await parsedBody(context, PreviewBody)
    const { pk } = await getSession(id)
    return context.json(await previewRedaction({ database, ingest }, { pk, id }, hidden), 200, { 'cache-control': 'no-store' })
  })

  async function getSession(id: string): Promise<{ pk: number }> {
    const session = await lookupSession(database.pool, id)
    if (!session || session.head === 0) throw noSession(id)
    return session
  }
}
