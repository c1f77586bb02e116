import type { KnownTask } from './world'

/** Tasks whose declared outputs a master may still take over, found by an artifact's path or the end of it. */
export class ExpectedOutputs {
  private byPath = new Map<string, Set<KnownTask>>()
  /** With patterns among their outputs. */
  private patterned = new Set<KnownTask>()

  add(task: KnownTask): void {
    for (const output of task.outputs) {
      if (/[*?]/.test(output)) this.patterned.add(task)
      else {
        const tasks = this.byPath.get(plain(output))
        if (tasks) tasks.add(task)
        else this.byPath.set(plain(output), new Set([task]))
      }
    }
  }

  delete(task: KnownTask): void {
    this.patterned.delete(task)
    for (const output of task.outputs) {
      const tasks = this.byPath.get(plain(output))
      if (tasks?.delete(task) && tasks.size === 0) this.byPath.delete(plain(output))
    }
  }

  /** Those that may have meant this artifact, in the order of their delegation. */
  candidates(path: string): KnownTask[] {
    // `src/a.ts` meant `/home/me/app/src/a.ts` as well
    const found = new Set(this.byPath.get(path))
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) for (const task of this.byPath.get(path.slice(at + 1)) ?? []) found.add(task)
    for (const task of this.patterned) found.add(task)
    return found.size < 2 ? [...found] : [...found].sort((a, b) => a.delegatedAt - b.delegatedAt)
  }
}

function plain(output: string): string {
  return output.replace(/^\.\//, '')
}
