'use client'

import { Header } from '@/components/chrome/header'
import { roleOf, useMe } from '@/components/people/me'
import { send } from '@/components/providers/api'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/notes'
import { AuditLog } from './audit-log'
import { Keeping } from './keeping'
import { BrowserNotices } from './browser-notices'
import { Keys } from './keys'
import { Links } from './links'
import { Members } from './members'
import { Projects } from './projects'
import { Section } from './section'
import { Webhooks } from './webhooks'

export function SettingsPage() {
  const me = useMe()
  const project = me?.projects.find(({ id }) => id === me.project)
  return (
    <div className="flex min-h-dvh flex-col">
      <Header />
      <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-6 sm:px-5">
        <h1 className="text-xl font-semibold tracking-tight">Settings</h1>
        {me && project && me.projects.length > 1 && <p className="mt-1 text-sm text-quiet">of the project {project.name}</p>}
        {!me && <Skeleton className="mt-6 h-40 w-full" />}
        {me?.kind === 'user' && (
          <Section title="You" says={`${me.name} · ${me.email}${me.owner ? ' · owner of this installation' : ''}`}>
            <Button onClick={() => void send('POST', '/api/auth/sign-out').finally(() => location.assign('/sign-in'))}>Sign out</Button>
          </Section>
        )}
        {me && <BrowserNotices />}
        {me && roleOf(me) === 'owner' ? (
          <>
            <Keys needed={me.accounts} />
            <Webhooks />
            {me.accounts && <Links />}
            {me.accounts && <Members mayDelete={me.owner === true} />}
            {(me.owner || (me.kind === 'local' && me.projects.length > 1)) && <Projects projects={me.projects} />}
            <Keeping />
            <AuditLog />
          </>
        ) : (
          me && <p className="mt-8 text-sm text-quiet">Keys, members and links are looked after by the owners of the project.</p>
        )}
      </main>
    </div>
  )
}
