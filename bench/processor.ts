import { readdir, readFile } from 'node:fs/promises'

/** Processor time that a process and everything below it have used, ms; undefined where there is no /proc (macOS, Windows). */
export async function processorMs(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined || process.platform !== 'linux') return undefined
  const parents = new Map<number, number>()
  const used = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // After the name in brackets: state, parent, ...; 14 to 17 of proc(5) are the ticks of itself and of children that have ended.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    parents.set(Number(name), Number(fields[1]))
    used.set(
      Number(name),
      fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0),
    )
  }
  const isBelow = (one: number | undefined): boolean => one !== undefined && one !== 0 && (one === pid || isBelow(parents.get(one)))
  let ticks = 0
  for (const [one, own] of used) if (isBelow(one)) ticks += own
  return ticks * MS_PER_TICK
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10
