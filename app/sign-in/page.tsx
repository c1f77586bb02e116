import type { Metadata } from 'next'
import { Suspense } from 'react'
import { SignInPage } from '@/components/people/sign-in-page'

export const metadata: Metadata = { title: 'Sign in', robots: { index: false }, referrer: 'no-referrer' }

export default function Page() {
  return (
    <Suspense>
      <SignInPage />
    </Suspense>
  )
}
