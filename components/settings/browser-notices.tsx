'use client'

import { useEffect, useState } from 'react'
import { CHANGED, keepOptedIn, type OptedIn, readOptedIn } from '@/components/notify/opted-in'
import { Button } from '@/components/ui/button'
import { ruleWords } from '@/lib/core/notify/rule'
import { RuleFields, useRule } from './rule-fields'
import { Section } from './section'

/** Whether this browser tells its owner, while a page of Backseat is open in it. */
export function BrowserNotices() {
  const [choice, setChoice] = useState<OptedIn>()
  const [refused, setRefused] = useState(false)
  const [able, setAble] = useState(true)
  const rule = useRule()
  useEffect(() => {
    setAble('Notification' in window)
    setChoice(readOptedIn(localStorage))
    setRefused('Notification' in window && Notification.permission === 'denied')
  }, [])
  const keep = (next: OptedIn | undefined) => {
    keepOptedIn(localStorage, next)
    setChoice(next)
    dispatchEvent(new Event(CHANGED))
  }
  const ask = async () => {
    const answer = await Notification.requestPermission()
    setRefused(answer === 'denied')
    if (answer === 'granted') keep({ rule: rule.value, since: Date.now() })
  }
  return (
    <Section title="In this browser" says="A notification of the system while any page of Backseat is open here, also in a hidden tab. Nobody else gets it.">
      {choice && !refused ? (
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-sm">Told: {ruleWords(choice.rule)}.</p>
          <Button onClick={() => keep(undefined)}>Stop</Button>
        </div>
      ) : (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void ask()
          }}
        >
          <RuleFields {...rule} />
          <Button type="submit" className="h-9" disabled={!able || refused}>
            Tell me
          </Button>
        </form>
      )}
      {(refused || !able) && (
        <p role="status" className="mt-2 text-sm text-quiet">
          {able
            ? 'This browser does not let this page show notifications. Its settings for this address can change that.'
            : 'This browser has no notifications.'}
        </p>
      )}
    </Section>
  )
}
