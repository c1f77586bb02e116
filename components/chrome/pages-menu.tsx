import { Menu } from 'lucide-react'
import Link from 'next/link'

const ID = 'pages-menu'

/** The pages on a narrow screen: one button under the current page's name. The browser closes it on Escape, on a click beside it, and with the page. */
export function PagesMenu({ pages, here }: { pages: readonly { href: string; title: string }[]; here: string | null }) {
  return (
    <nav aria-label="Pages" className="min-w-0 md:hidden">
      <button
        type="button"
        popoverTarget={ID}
        className="flex h-9 max-w-full items-center gap-2 rounded-md px-2 text-sm font-medium hover:bg-surface-2"
        aria-label={`Pages: ${pages.find(({ href }) => href === here)?.title ?? 'none of them'}`}
      >
        <Menu size={16} aria-hidden className="shrink-0 text-quiet" />
        <span className="truncate">{pages.find(({ href }) => href === here)?.title ?? 'Pages'}</span>
      </button>
      <div id={ID} popover="auto" className="fixed inset-auto top-12 left-3 m-0 min-w-52 rounded-lg border bg-surface p-1.5 text-text shadow-lg">
        {pages.map(({ href, title }) => (
          <Link
            key={href}
            href={href}
            aria-current={href === here ? 'page' : undefined}
            className={`block rounded px-3 py-2.5 text-sm hover:bg-surface-2 ${href === here ? 'font-medium' : 'text-quiet'}`}
          >
            {title}
          </Link>
        ))}
      </div>
    </nav>
  )
}
