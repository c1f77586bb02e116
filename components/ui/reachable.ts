/** Whether the server answers at all, from where this page was loaded. Never throws. */
export function reachable(): Promise<boolean> {
  return fetch('/api/health', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )
}
