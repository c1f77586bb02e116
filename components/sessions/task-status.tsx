import { Badge } from '@/components/ui/badge'
import type { TaskStatus } from '@/lib/core/session'

const SIGNS: Record<TaskStatus, string> = { open: '…', blocked: '⏸', accepted: '✓✓', completed: '✓', failed: '✗', cancelled: '⊘', rejected: '⊘' }

export function TaskStatusBadge({ status }: { status: TaskStatus }) {
  const tone = status === 'accepted' || status === 'completed' ? 'accepted' : status === 'open' ? 'agent' : status === 'rejected' ? 'destroyed' : 'quiet'
  return (
    <Badge tone={tone}>
      <span aria-hidden>{SIGNS[status]}</span>
      {status}
    </Badge>
  )
}
