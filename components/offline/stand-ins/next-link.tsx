import type { AnchorHTMLAttributes } from 'react'

/** Where a link of the dashboard stands: there is no dashboard to go to. */
export default function Link({ href: _href, title, className, children }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  return (
    <span title={title} className={className}>
      {children}
    </span>
  )
}
