'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { Square } from 'lucide-react'
import { postJson } from '@/components/providers/api'
import { Button } from '@/components/ui/button'

interface Playing {
  sessionId: string
  speed: number
}

const SPEEDS = [0.5, 1, 2, 4, 8, 16]

/** Speed and end of the sample, while it plays. Nothing for a sample that a restart of the server has ended. */
export function SampleControls({ sessionId }: { sessionId: string }) {
  const path = `/api/v1/sample/${encodeURIComponent(sessionId)}`
  const { data: playing } = useQuery({
    queryKey: ['sample', sessionId],
    queryFn: () => postJson<Playing>(path, {}),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const change = useMutation({ mutationFn: (wish: { speed: number } | { stop: true }) => postJson<Playing>(path, wish) })
  if (!playing) return null
  const speed = (change.variables && 'speed' in change.variables && !change.error ? change.variables.speed : change.data?.speed) ?? playing.speed
  return (
    <span className="hidden items-center gap-1.5 sm:flex">
      <label className="flex items-center gap-1.5 text-xs text-quiet">
        Speed
        <select
          value={speed}
          onChange={(event) => change.mutate({ speed: Number(event.target.value) })}
          className="h-8 rounded-md border bg-surface px-2 text-sm text-text tabular-nums hover:bg-surface-2"
        >
          {SPEEDS.map((value) => (
            <option key={value} value={value}>
              {value}×
            </option>
          ))}
        </select>
      </label>
      <Button
        look="bare"
        onClick={() => change.mutate({ stop: true })}
        disabled={change.isPending}
        aria-label="Stop the sample"
        title="Stop the sample"
        className="px-2"
      >
        <Square size={13} aria-hidden />
      </Button>
      {change.error && (
        <span role="alert" className="max-w-48 truncate text-xs text-quiet" title={change.error.message}>
          {change.error.message}
        </span>
      )}
    </span>
  )
}
