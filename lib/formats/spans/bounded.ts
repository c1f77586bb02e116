/** Sets a value as the newest; beyond `most` entries the oldest goes. For what waits for a record that may never come. */
export function bounded<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= most) return
  const oldest = map.keys().next()
  if (!oldest.done) map.delete(oldest.value)
}
