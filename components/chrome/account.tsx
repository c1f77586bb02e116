'use client'

import { Settings } from 'lucide-react'
import Link from 'next/link'
import { chooseProject, useMe } from '@/components/people/me'

/** The project, where there are several, and the way to the settings. On one's own computer with one project: a small sign. `quiet`: a deeper page, which is of one project anyway. */
export function Account({ quiet }: { quiet: boolean }) {
  const me = useMe()
  return (
    <>
      {!quiet && me && me.projects.length > 1 && (
        <select
          aria-label="Project"
          className="h-8 max-w-28 rounded-md border bg-surface px-2 text-sm sm:max-w-44"
          value={me.project}
          onChange={(event) => {
            chooseProject(event.target.value)
            // Everything on the page is another project's from now on.
            location.assign(location.pathname)
          }}
        >
          {me.projects.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
      <Link
        href="/settings"
        title={me?.email ? `Settings of ${me.email}` : 'Settings'}
        aria-label="Settings"
        className={`finger size-8 shrink-0 place-items-center rounded-md text-quiet hover:bg-surface-2 hover:text-text ${quiet ? 'hidden sm:grid' : 'grid'}`}
      >
        <Settings size={15} aria-hidden />
      </Link>
    </>
  )
}
