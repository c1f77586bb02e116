'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useMe } from '@/components/people/me'
import { send, sessionPath } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { projectOf } from '@/lib/core/project'

/** For owners of the project: takes the session out of everything, after a second word. */
export function DeleteSession({ sessionId }: { sessionId: string }) {
  const me = useMe()
  const router = useRouter()
  const [sure, setSure] = useState(false)
  const remove = useMutation({ mutationFn: () => send('DELETE', sessionPath(sessionId)), onSuccess: () => router.push('/sessions') })
  const project = projectOf(sessionId)
  if (me?.projects.find(({ id }) => id === project)?.role !== 'owner') return null
  return (
    <section aria-label="Delete" className="border-t px-5 py-4 text-sm">
      {sure ? (
        <div className="flex flex-wrap items-center gap-2">
          <p className="min-w-full text-quiet sm:min-w-0">The log, all texts, findings, comments and links go, and cannot be brought back.</p>
          <Button look="strong" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {remove.isPending ? 'Deleting…' : 'Delete for good'}
          </Button>
          <Button look="bare" onClick={() => setSure(false)}>
            Keep it
          </Button>
        </div>
      ) : (
        <Button onClick={() => setSure(true)}>Delete this session</Button>
      )}
      {remove.error && (
        <p role="alert" className="mt-2 text-unknown">
          Nothing was deleted. {remove.error.message}
        </p>
      )}
    </section>
  )
}
