/** An agent of a Copilot CLI session while its lines are read. */
export interface AgentState {
  id: string
  turn:
    | {
        id: string
        startedAt: number
        order: number
        texts: string[]
        thoughts: string[]
        called: boolean
        lastAt: number
        lastLine: number
        line: number
        tokens: number | undefined
        model: string | undefined
      }
    | undefined
  causeAt: number | undefined
  lastText: string | undefined
}

export function newAgentState(id: string): AgentState {
  return { id, turn: undefined, causeAt: undefined, lastText: undefined }
}
