import type { Metadata } from 'next'
import { SessionPage } from '@/components/sessions/page/session-page'

export const metadata: Metadata = { title: 'Session' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeId((await params).id)
  return <SessionPage key={id} sessionId={id} />
}

/** Next leaves the segment as it stands in the address. */
function decodeId(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
