import { afterEach, expect, test, vi } from 'vitest'
import { showingIn, showNotice } from './showing'

afterEach(() => vi.unstubAllGlobals())

test('a page that is not secure is told so, whatever the browser would say of the permission', () => {
  const told = (permission: NotificationPermission, isSecureContext = true) => showingIn({ isSecureContext, Notification: { permission } })
  expect([told('granted'), told('default'), told('denied'), told('denied', false), told('granted', false)]).toEqual([
    'shows',
    'asks',
    'blocked',
    'insecure',
    'insecure',
  ])
  expect(showingIn({ isSecureContext: true })).toBe('never')
})

test('a browser that throws on a notification of a page shows none', () => {
  class Refusing {
    constructor() {
      throw new TypeError('Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.')
    }
  }
  vi.stubGlobal('Notification', Refusing)
  expect(showNotice('a', {})).toBeUndefined()
})
