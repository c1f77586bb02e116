'use client'

import type { ReactNode } from 'react'
import { useNarrow } from '@/components/providers/use-media'
import { Skeleton } from '@/components/ui/notes'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import type { CompareDetails } from '@/lib/core/metrics/details'
import type { Answer } from './answers'
import { ChoicesSection } from './choices-section'
import { chartContext } from './context'
import type { Change } from './controls'
import { CostSection } from './cost-section'
import { MoreSection } from './more-section'
import { PromptSection } from './prompt-section'
import type { CompareQuery } from './query'
import { RewritingSection } from './rewriting-section'
import { WorkSection } from './work-section'

interface Props {
  answer: CompareAnswer
  /** Undefined: on its way. */
  details: CompareDetails | undefined
  answers: Answer[]
  query: CompareQuery
  reported: boolean
  /** Left out: to look at only. */
  change: Change | undefined
}

/** All charts, by the question that they answer. Loaded with Recharts only where they are shown. */
export default function Charts({ answer, details, answers, query, reported, change }: Props) {
  const context = chartContext(answer, details, query, { narrow: useNarrow(), linked: change !== undefined })
  const question = (id: Answer['id']) => answers.find((one) => one.id === id)
  return (
    <>
      <Section id="work" title={question('work')?.question ?? ''}>
        <WorkSection context={context} reported={reported} />
      </Section>
      <Section id="prompt" title={question('prompt')?.question ?? ''}>
        {details ? <PromptSection context={context} change={change} /> : <OnItsWay />}
      </Section>
      <Section id="rewriting" title={question('rewriting')?.question ?? ''}>
        <RewritingSection context={context} />
      </Section>
      <Section id="cost" title={question('cost')?.question ?? ''}>
        {details ? <CostSection context={context} /> : <OnItsWay />}
      </Section>
      <Section id="choices" title="Does it hang on our choices?">
        {details ? <ChoicesSection context={context} change={change} /> : <OnItsWay />}
      </Section>
      <Section id="more" title="Over time, and more">
        {details ? <MoreSection context={context} /> : <OnItsWay />}
      </Section>
    </>
  )
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={`section-${id}`} id={id} className="scroll-mt-2">
      <h2 id={`section-${id}`} className="border-b bg-surface px-4 py-2 text-sm font-semibold tracking-tight sm:px-5">
        {title}
      </h2>
      <div className="grid lg:grid-cols-2 lg:[&>section:nth-of-type(even)]:border-r-0">{children}</div>
    </section>
  )
}

function OnItsWay() {
  return ['a', 'b'].map((one) => (
    <div key={one} aria-busy className="border-b p-5">
      <Skeleton className="mb-3 h-4 w-48" />
      <Skeleton className="h-56" />
    </div>
  ))
}
