/**
 * An error for the log: what happened, where, and why, without what hangs on it. A database error carries its connection,
 * which is a hundred lines of Node's own printing.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, stack, cause } = error
  const more = ['code', 'detail', 'hint'].flatMap((name) => {
    const value: unknown = Reflect.get(error, name)
    return typeof value === 'string' && value !== '' ? [`${name}: ${value}`] : []
  })
  const lines = [stack?.includes(message) ? stack : `${error.name}: ${message}`, ...more.map((line) => `    ${line}`)]
  if (cause !== undefined && cause !== error) lines.push(`    because of ${errorText(cause).replaceAll('\n', '\n    ')}`)
  return lines.join('\n')
}
