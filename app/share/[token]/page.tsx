import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { Queries } from '@/components/providers/queries'
import { SharePage } from '@/components/share/share-page'
import { readCard } from './card'

/** What a chat shows of the link; the picture is opengraph-image.tsx. A dead link's is a wrong link's. */
export async function generateMetadata({ params }: { params: Promise<{ token: string }> }): Promise<Metadata> {
  const card = await readCard((await params).token)
  const title = card ? `${card.title}${card.simulated ? ' (simulated)' : ''}` : 'A shared view'
  const description = card?.description ?? 'See what a master agent did to the work it delegated.'
  return {
    title,
    description,
    metadataBase: await publicOrigin(),
    robots: { index: false, follow: false },
    // The address is the key: it is told to nobody who is linked from here.
    referrer: 'no-referrer',
    openGraph: { title, description, type: 'website', siteName: 'Backseat' },
    twitter: { card: 'summary_large_image', title, description },
  }
}

async function publicOrigin(): Promise<URL> {
  const given = process.env.BACKSEAT_PUBLIC_URL
  if (given && URL.canParse(given)) return new URL(given)
  return new URL(`http://${(await headers()).get('host') ?? 'localhost'}`)
}

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  return (
    <Queries>
      <SharePage token={(await params).token} />
    </Queries>
  )
}
