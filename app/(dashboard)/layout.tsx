import type { ReactNode } from 'react'
import { Queries } from '@/components/providers/queries'

/** All pages but the session's, which begins with less: its parts bring their queries along. */
export default function DashboardLayout({ children }: { children: ReactNode }) {
  return <Queries>{children}</Queries>
}
