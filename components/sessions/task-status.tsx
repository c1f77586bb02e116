import type { ComponentProps } from 'react'
import { Badge } from '@/components/ui/badge'
import { Sign } from '@/components/ui/sign'
import type { TaskStatus } from '@/lib/core/session'

const SIGNS: Record<TaskStatus, ComponentProps<typeof Sign>['name']> = {
  open: 'dots',
  blocked: 'pause',
  accepted: 'checks',
  completed: 'check',
  failed: 'cross',
  cancelled: 'stop',
  rejected: 'stop',
}

export function TaskStatusBadge({ status }: { status: TaskStatus }) {
  const tone = status === 'accepted' || status === 'completed' ? 'accepted' : status === 'open' ? 'agent' : status === 'rejected' ? 'destroyed' : 'quiet'
  return (
    <Badge tone={tone}>
      <Sign name={SIGNS[status]} />
      {status}
    </Badge>
  )
}
