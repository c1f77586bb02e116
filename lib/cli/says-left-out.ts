/** "1 task", "32 tasks". */
export function saysCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Said wherever figures leave made-up tasks out, with what would count them. */
export function saysLeftOut(tasks: number, otherwise: string): string {
  return `${saysCount(tasks, 'simulated task')} left out (${otherwise} counts ${tasks === 1 ? 'it' : 'them'}).`
}
