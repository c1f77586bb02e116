'use client'

import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { fetchFile, postJson, sessionPath } from '@/components/providers/api'
import { saveFile } from '@/components/ui/save-file'
import { Button } from '@/components/ui/button'
import { Choice, Field } from '@/components/ui/field'
import type { HandOverProps } from './hand-over'
import { HIDDEN_HINT, Hidden, type Preview, wordsOf } from './hidden'

const SHOWS = [
  { value: 'all', says: 'the session with its texts' },
  { value: 'structure', says: 'no texts: who did what when' },
] as const

/** The session as one HTML file that opens from disk, where the reader stands, and needs no network. */
export function SaveDialog({ sessionId, query, running, onClose }: HandOverProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [shows, setShows] = useState<(typeof SHOWS)[number]['value']>('all')
  const [hidden, setHidden] = useState('')
  const words = wordsOf(hidden)
  const path = `${sessionPath(sessionId)}/file`
  const save = useMutation({
    mutationFn: async () => {
      const { name, body } = await fetchFile(path, { content: shows === 'all', hidden: words, view: query })
      saveFile(name, body)
      return { name, bytes: body.size }
    },
  })
  const preview = useMutation({ mutationFn: () => postJson<Preview>(`${path}/preview`, { hidden: words }) })
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const failed = save.error ?? preview.error
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="save-title"
      className="m-auto max-h-[90dvh] w-[min(32rem,calc(100vw-1.5rem))] overflow-y-auto rounded-lg border bg-surface p-5 text-text shadow-[var(--shadow)] backdrop:bg-black/50"
    >
      <div className="flex items-center gap-3">
        <h2 id="save-title" className="flex-1 text-base font-semibold">
          Save as one file
        </h2>
        <Button look="bare" onClick={() => dialog.current?.close()}>
          Close
        </Button>
      </div>
      <p className="mt-1 text-sm text-quiet">
        An HTML file with this timeline, its lists and its inspector, to look at only. It opens from disk in any browser and asks nobody for anything.
        {running && ' It has not ended, as far as is known; the file shows it as it is now.'}
      </p>
      <form
        className="mt-4 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Choice label="It shows" value={shows} options={SHOWS} onChange={setShows} />
        <Field
          label="Also hide these words"
          placeholder="Project Falcon, customer.example"
          value={hidden}
          onChange={(event) => setHidden(event.target.value)}
          hint={HIDDEN_HINT}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="strong" disabled={save.isPending}>
            {save.isPending ? 'Writing…' : 'Save the file'}
          </Button>
          <Button onClick={() => preview.mutate()} disabled={preview.isPending}>
            {preview.isPending ? 'Reading…' : 'What will be hidden?'}
          </Button>
        </div>
      </form>
      {failed && (
        <p role="alert" className="mt-3 text-sm text-unknown">
          {failed.message}
        </p>
      )}
      {save.data && !save.isPending && (
        <p role="status" className="mt-3 text-sm break-words">
          Saved as <code>{save.data.name}</code>, {(save.data.bytes / 1e6).toFixed(1)} MB.
        </p>
      )}
      {preview.data && <Hidden {...preview.data} />}
    </dialog>
  )
}
