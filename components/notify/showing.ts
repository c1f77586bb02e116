/** Whether this browser shows notifications of this page: it does, would ask, was told not to, does so only over https, or never does. */
export type Showing = 'shows' | 'asks' | 'blocked' | 'insecure' | 'never'

interface Around {
  isSecureContext: boolean
  Notification?: { permission: NotificationPermission }
}

export function showingIn({ isSecureContext, Notification }: Around): Showing {
  if (!isSecureContext) return 'insecure'
  if (!Notification) return 'never'
  return Notification.permission === 'granted' ? 'shows' : Notification.permission === 'denied' ? 'blocked' : 'asks'
}

/** Calls back whenever the answer may have become another, as after a change in the browser's settings; returns what ends that. */
export function onShowing(changed: () => void): () => void {
  let status: PermissionStatus | undefined
  let over = false
  addEventListener('focus', changed)
  navigator.permissions?.query({ name: 'notifications' }).then(
    (told) => {
      if (over) return
      status = told
      told.addEventListener('change', changed)
    },
    () => undefined, // a browser that does not say: the focus does
  )
  return () => {
    over = true
    removeEventListener('focus', changed)
    status?.removeEventListener('change', changed)
  }
}

/** Undefined where a page may not show any: Chrome on Android has them for service workers alone, and throws. */
export function showNotice(title: string, options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(title, options)
  } catch {
    return undefined
  }
}
