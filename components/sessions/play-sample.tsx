'use client'

import { useMutation } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { postJson } from '@/components/providers/api'
import { Button } from '@/components/ui/button'

/** Starts the simulated run and goes there. */
export function PlaySample({ look = 'plain' }: { look?: 'plain' | 'strong' }) {
  const router = useRouter()
  const play = useMutation({
    mutationFn: () => postJson<{ sessionId: string }>('/api/v1/sample', { speed: 1 }),
    onSuccess: ({ sessionId }) => router.push(`/sessions/${encodeURIComponent(sessionId)}`),
  })
  return (
    <div className="inline-flex flex-col gap-1.5">
      <Button look={look} disabled={play.isPending || play.isSuccess} onClick={() => play.mutate()}>
        <Play size={13} aria-hidden />
        {play.isPending || play.isSuccess ? 'Starting…' : 'Play the sample'}
      </Button>
      {play.error && (
        <p role="alert" className="max-w-64 text-xs text-quiet">
          {play.error.message}
        </p>
      )}
    </div>
  )
}
