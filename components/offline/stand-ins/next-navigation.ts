import { useSyncExternalStore } from 'react'
import { readQuery } from './address'

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}

export function useSearchParams(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, readQuery))
}

export const usePathname = () => ''

/** A file has one page. */
export const useRouter = () => ({ push() {}, replace() {} })
