import type { KnownTask } from './world'

/** Tasks whose declared outputs a master may still take over, found by the name of an artifact. */
export class ExpectedOutputs {
  private byName = new Map<string, Set<KnownTask>>()
  /** With patterns among their outputs. */
  private patterned = new Set<KnownTask>()

  add(task: KnownTask): void {
    for (const output of task.outputs) {
      if (/[*?]/.test(output)) this.patterned.add(task)
      else {
        const tasks = this.byName.get(nameOf(output))
        if (tasks) tasks.add(task)
        else this.byName.set(nameOf(output), new Set([task]))
      }
    }
  }

  delete(task: KnownTask): void {
    this.patterned.delete(task)
    for (const output of task.outputs) {
      const tasks = this.byName.get(nameOf(output))
      if (tasks?.delete(task) && tasks.size === 0) this.byName.delete(nameOf(output))
    }
  }

  /** Those that may have meant this artifact, in the order of their delegation. */
  candidates(path: string): KnownTask[] {
    const named = this.byName.get(nameOf(path))
    if (this.patterned.size === 0) return [...(named ?? [])]
    return [...new Set([...(named ?? []), ...this.patterned])].sort((a, b) => a.delegatedAt - b.delegatedAt)
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
