import type { Metadata } from 'next'
import { Suspense } from 'react'
import { SessionsPage } from '@/components/sessions/list/sessions-page'
import { SessionsSkeleton } from '@/components/sessions/list/sessions-skeleton'

export const metadata: Metadata = { title: 'Sessions' }

export default function Page() {
  return (
    <Suspense fallback={<SessionsSkeleton />}>
      <SessionsPage />
    </Suspense>
  )
}
