import { expect, test } from 'vitest'
import { isLoopback } from './loopback'

test('tells the computer itself from what others reach', () => {
  for (const name of ['localhost', 'backseat.localhost', '127.0.0.1', '127.1.2.3', '[::1]']) expect(isLoopback(name)).toBe(true)
  for (const name of ['192.168.0.12', 'backseat.example', '127.example', 'localhost.example', '10.127.0.0', '0.0.0.0']) expect(isLoopback(name)).toBe(false)
})
