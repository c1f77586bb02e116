'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, useState } from 'react'
import { ApiError } from '@/components/providers/api'

/** What a page has asked for stays known on the next: one client for all of this browser's pages. */
let browsers: QueryClient | undefined

function newClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // an answer that says what is wrong will say the same again; a missing answer may not
        retry: (count, error) => !(error instanceof ApiError && error.status >= 400 && error.status < 500) && count < 3,
      },
    },
  })
}

export function Queries({ children }: { children: ReactNode }) {
  const [client] = useState(() => {
    if (typeof window === 'undefined') return newClient()
    browsers ??= newClient()
    return browsers
  })
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}

/** For a part of a page that comes later and brings its queries along. */
export function withQueries<Props extends object>(Part: ComponentType<Props>): ComponentType<Props> {
  return function WithQueries(props: Props) {
    return (
      <Queries>
        <Part {...props} />
      </Queries>
    )
  }
}
