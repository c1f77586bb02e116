'use client'

import { formatExact } from '@/components/text/clock'
import { Badge } from '@/components/ui/badge'
import type { Message } from '@/lib/core/session'
import { FactTable } from './facts'
import type { PanelProps } from './panel'
import { PanelHead } from './panel-head'
import { ContentBlock } from './text-block'
import { AgentLink } from './turn-panel'

const PURPOSES: Record<Message['purpose'], string> = {
  user: 'A person asks',
  help_request: 'Asks for help',
  answer: 'Answers',
  steer: 'Steers',
  result: 'Gives the result',
  note: 'Says',
}

export function MessagePanel({ store, message, onPick, onClose }: PanelProps & { message: Message }) {
  return (
    <>
      <PanelHead badge={<Badge>message</Badge>} title={PURPOSES[message.purpose]} onClose={onClose} />
      <div className="border-t px-5 py-4">
        <FactTable
          facts={[
            { name: 'From', value: <AgentLink store={store} id={message.from} onPick={onPick} /> },
            { name: 'To', value: message.to && <AgentLink store={store} id={message.to} onPick={onPick} /> },
            { name: 'At', value: formatExact(message.at) },
          ]}
        />
        <ContentBlock sessionId={store.state.id} title="Text" content={message.text} />
      </div>
    </>
  )
}
