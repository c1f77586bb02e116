import type { Context } from 'hono'
import type { KeptPage, KeptProgram } from '@/lib/share/kept-file'
import { Refused } from './problem'

/** The programs of saved pages, as they were built with the pages. */
export type KeptPrograms = (kind: KeptPage['kind']) => Promise<KeptProgram>

/** Where no pages were built there is nothing to put into a file. */
export const noKeptPrograms: KeptPrograms = () => {
  throw new Refused('conflict', 'This server has no pages, so it cannot save one as a file. Start it with `backseat start`.')
}

/** An HTML file to keep, never to be shown here: it would run as one of our own pages. */
export function fileResponse(context: Context, name: string, file: AsyncGenerator<string>): Response {
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await file.next()
      if (done) controller.close()
      else controller.enqueue(Buffer.from(value, 'utf8'))
    },
    async cancel() {
      await file.return(undefined)
    },
  })
  return context.body(stream, 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
}
