import type { Metadata } from 'next'
import { DetectorPage } from '@/components/detector/detector-page'

export const metadata: Metadata = { title: 'Detector' }

export default function Page() {
  return <DetectorPage />
}
