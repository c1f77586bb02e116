import { HookReader } from '@/lib/formats/claude-code-stream/hooks'
import { Refused, sendJson } from '../problem'
import { guarded, jsonBody, type Wire, type WireParts } from './wire'

/** Claude Code's hooks over HTTP. The answer decides nothing: the run goes on as it would without us. */
export function claudeCodeWire(parts: WireParts): Wire {
  const reader = new HookReader()
  return {
    route(method, path) {
      if (path !== '/v1/claude-code/hooks') return undefined
      return (request, response) =>
        guarded(parts, request, response, async () => {
          if (method !== 'POST') throw new Refused('method_not_allowed', 'Hooks are sent with POST.', { allow: 'POST' })
          const events = reader.read(await jsonBody(request, parts), parts.now())
          if (!events) throw new Refused('bad_request', 'A hook has "session_id" and "hook_event_name"; see docs/connect/claude-code-hooks.md.')
          await parts.owing.append(events)
          sendJson(response, 200, {})
        })
    },
    forget: () => reader.forget(),
  }
}
