// A run of the Claude Agent SDK, shown in Backseat while it happens: every message of the stream is sent on as it is.
// Run: npx --yes tsx docs/connect/claude-agent-sdk.ts     (BACKSEAT_URL, if it is not at http://127.0.0.1:4680)
import { query, type SDKMessage } from '@anthropic-ai/claude-agent-sdk'

const url = process.env.BACKSEAT_URL ?? 'http://127.0.0.1:4680'

/** Sends messages in their order; when Backseat is not there, the run goes on. */
async function show(message: SDKMessage): Promise<void> {
  const body = JSON.stringify({ ...message, timestamp: new Date().toISOString() })
  await fetch(`${url}/v1/claude-code/stream`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch((error) =>
    console.error('backseat:', error),
  )
}

const run = query({
  prompt: 'Have a sub-agent write src/sum.ts, a function that adds numbers.',
  options: {
    // by default only the calls of sub-agents come, not their words
    forwardSubagentText: true,
    permissionMode: 'acceptEdits',
    pathToClaudeCodeExecutable: process.env.CLAUDE_PROGRAM,
  },
})
for await (const message of run) {
  await show(message)
  if (message.type === 'result') console.log(message.subtype === 'success' ? message.result : message.subtype)
}
