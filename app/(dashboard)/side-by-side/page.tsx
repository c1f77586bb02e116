import type { Metadata } from 'next'
import { BesidePage } from '@/components/beside/beside-page'

export const metadata: Metadata = { title: 'Side by side' }

export default function Page() {
  return <BesidePage />
}
