'use client'

import { useEffect, useState } from 'react'
import { CHANGED, keepOptedIn, type OptedIn, readOptedIn } from '@/components/notify/opted-in'
import { onShowing, type Showing, showingIn, showNotice } from '@/components/notify/showing'
import { Button } from '@/components/ui/button'
import { ruleWords } from '@/lib/core/notify/rule'
import { RuleFields, useRule } from './rule-fields'
import { Section } from './section'

const MEND: Record<Exclude<Showing, 'shows' | 'asks'>, string> = {
  blocked:
    'Notifications are blocked for this address. To allow them: press the sign left of the address (in some browsers: Settings, Site settings), set Notifications to Allow, and come back; this page notices by itself.',
  insecure: 'Browsers show notifications only over https, or of an address of this computer itself. Open Backseat that way, or make a webhook below.',
  never: 'This browser shows no notifications of pages; a phone may show them only of installed apps. Use another browser, or make a webhook below.',
}

/** Whether this browser tells its owner, while a page of Backseat is open in it. */
export function BrowserNotices() {
  const [choice, setChoice] = useState<OptedIn>()
  const [showing, setShowing] = useState<Showing>('asks')
  const rule = useRule()
  useEffect(() => {
    setChoice(readOptedIn(localStorage))
    const look = () => setShowing((before) => (before === 'never' ? before : showingIn(window)))
    look()
    return onShowing(look)
  }, [])
  const keep = (next: OptedIn | undefined) => {
    keepOptedIn(localStorage, next)
    setChoice(next)
    dispatchEvent(new Event(CHANGED))
  }
  /** Asks where that is needed, and shows one at once: a system that is set to silence shows none, which only its owner can see. */
  const ask = async (asked: OptedIn) => {
    await Notification.requestPermission()
    const now = showingIn(window)
    setShowing(now)
    if (now !== 'shows') return
    if (!showNotice('Backseat tells you here', { body: `When: ${ruleWords(asked.rule)}.`, tag: 'backseat-first' })) return setShowing('never')
    keep(asked)
  }
  const mend = showing === 'shows' || showing === 'asks' ? undefined : MEND[showing]
  return (
    <Section title="In this browser" says="A notification of the system while any page of Backseat is open here, also in a hidden tab. Nobody else gets it.">
      {choice ? (
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-sm">
            {showing === 'shows' ? 'Told: ' : 'Chosen, and not told at present: '}
            {ruleWords(choice.rule)}.
          </p>
          {showing === 'asks' && <Button onClick={() => void ask(choice)}>Allow notifications</Button>}
          <Button onClick={() => keep(undefined)}>Stop</Button>
        </div>
      ) : (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void ask({ rule: rule.value, since: Date.now() })
          }}
        >
          <RuleFields {...rule} />
          <Button type="submit" className="h-9" disabled={mend !== undefined}>
            Tell me
          </Button>
        </form>
      )}
      <p role="status" className="text-sm text-quiet not-empty:mt-2">
        {mend}
      </p>
    </Section>
  )
}
