'use client'

import dynamic from 'next/dynamic'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useSharedSource } from '@/components/providers/session-source'
import { Account } from './account'
import { Logo } from './logo'
import { PagesMenu } from './pages-menu'
import { ThemeSwitch } from './theme-switch'

const Notices = dynamic(() => import('@/components/notify/notices').then((module) => module.Notices), { ssr: false })

/** `wide`: on a phone it is reached from Settings only. */
const PAGES: { href: string; title: string; wide?: true }[] = [
  { href: '/sessions', title: 'Sessions' },
  { href: '/search', title: 'Search' },
  { href: '/wall', title: 'Wall', wide: true },
  { href: '/compare', title: 'Compare' },
  { href: '/connect', title: 'Connect' },
  { href: '/review', title: 'Review', wide: true },
  { href: '/activity', title: 'Activity', wide: true },
  { href: '/settings/detector', title: 'Detector', wide: true },
]

/** One bar on every page. A page that lies deeper puts its own place (`crumbs`) where the menu is. */
export function Header({ crumbs, actions }: { crumbs?: ReactNode; actions?: ReactNode }) {
  const here = usePathname()
  const shared = useSharedSource() !== undefined
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b bg-bg px-4 sm:gap-5 sm:px-5">
      <Link href={shared ? '/' : '/sessions'} aria-label="Backseat" className="finger flex shrink-0 items-center gap-2 rounded text-base font-semibold tracking-tight">
        <Logo />
        <span className={crumbs ? 'hidden md:inline' : ''}>Backseat</span>
      </Link>
      {crumbs ?? (
        <nav aria-label="Pages" className="-m-1 hidden min-w-0 gap-1 overflow-x-auto p-1 [scrollbar-width:none] md:flex">
          {PAGES.map((page) => {
            const current = here === page.href
            return (
              <Link
                key={page.href}
                href={page.href}
                aria-current={current ? 'page' : undefined}
                className={`rounded px-2 py-1 text-sm ${current ? 'font-medium text-text' : 'text-quiet hover:text-text'}`}
              >
                {page.title}
              </Link>
            )
          })}
        </nav>
      )}
      {crumbs === undefined && <PagesMenu pages={PAGES} here={here} />}
      <div className="ml-auto flex shrink-0 items-center gap-1 sm:gap-2">
        {!shared && <Notices />}
        {actions}
        {!shared && <Account quiet={crumbs !== undefined} />}
        <ThemeSwitch />
      </div>
    </header>
  )
}
