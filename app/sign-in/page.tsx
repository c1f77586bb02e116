import type { Metadata } from 'next'
import { Suspense } from 'react'
import { SignInPage } from '@/components/people/sign-in-page'
import { Queries } from '@/components/providers/queries'

export const metadata: Metadata = { title: 'Sign in', robots: { index: false }, referrer: 'no-referrer' }

export default function Page() {
  return (
    <Suspense>
      <Queries>
        <SignInPage />
      </Queries>
    </Suspense>
  )
}
