import type { AgentId } from '../ids'
import { canonicalModel } from '../models/name'
import type { SessionFacts, SessionState } from '../session'
import { A_FEW, type Slices } from '../slices'
import { fieldsOf } from '../table'
import type { TaskGroups } from './task-record'

/** Which model each agent runs on, as declared, else the one that most of its turns name; by its one name, whatever snapshot or gateway. */
export class Models {
  private readonly byAgent = new Map<AgentId, string>()

  private constructor() {}

  static *of(state: SessionState): Slices<Models> {
    const models = new Models()
    const { byAgent } = models
    const counts = new Map<AgentId, Map<string, number>>()
    let n = 0
    for (const { agentId, model } of fieldsOf(state.turns, ['agentId', 'model'])) {
      if (++n % A_FEW === 0) yield
      const name = canonicalModel(model)
      if (agentId === undefined || name === undefined) continue
      let own = counts.get(agentId)
      if (!own) {
        own = new Map()
        counts.set(agentId, own)
      }
      own.set(name, (own.get(name) ?? 0) + 1)
    }
    for (const [agent, own] of counts) {
      // by count, then by name: the answer must not depend on the order of arrival
      const [most] = [...own].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      if (most) byAgent.set(agent, most[0])
    }
    for (const { id, model } of state.agents.values()) {
      const name = canonicalModel(model)
      if (name !== undefined) byAgent.set(id, name)
    }
    return models
  }

  nameOf(agent: AgentId | undefined): string | undefined {
    return agent === undefined ? undefined : this.byAgent.get(agent)
  }
}

export function groupsOf(facts: SessionFacts, models: Models, master: AgentId | undefined, subAgent: AgentId | undefined): TaskGroups {
  const { framework, workflow, promptVariant, format, tags } = facts
  return { masterModel: models.nameOf(master), subAgentModel: models.nameOf(subAgent), framework, workflow, promptVariant, format, tags: tags ? [...tags] : [] }
}
