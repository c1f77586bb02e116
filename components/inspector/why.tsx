import { formatExact } from '@/components/text/clock'
import { Badge } from '@/components/ui/badge'
import type { Intervention, InterventionFlag } from '@/lib/core/interventions'
import { FactTable, SourcePlace } from './facts'

const FLAGS: Record<InterventionFlag, string> = {
  requested: 'The sub-agent had asked for help: not counted as unsolicited.',
  race: 'The master had not seen what it destroyed: a fault of scheduling rather than of trust.',
  cumulative: 'Many small edits together crossed the threshold.',
  comments_only: 'Only comments were lost, no code.',
  partial_view: 'The log holds this text only in part.',
  approximate: 'The text is too large to compare exactly.',
}

/** Everything a person needs to check the finding against the file it came from. */
export function WhyFlagged({ finding }: { finding: Intervention }) {
  const { explanation, trigger } = finding
  const thresholds = Object.entries(explanation.thresholds)
  return (
    <section aria-label="Why it was flagged" className="p-5">
      <h3 className="mb-2 text-sm font-semibold">Why it was flagged</h3>
      {explanation.sentence !== '' && <p className="mb-4 max-w-[46rem] text-sm">{explanation.sentence}</p>}
      <FactTable
        facts={[
          { name: 'Rule', value: <code className="text-xs">{explanation.rule}</code> },
          {
            name: 'Thresholds',
            value: thresholds.length > 0 && (
              <span className="flex flex-wrap gap-x-4 font-mono text-xs">
                {thresholds.map(([name, value]) => (
                  <span key={name}>
                    <span className="text-quiet">{name}</span> {value}
                  </span>
                ))}
              </span>
            ),
          },
          {
            name: 'Confidence',
            value: (
              <>
                <Badge>{explanation.confidence}</Badge>{' '}
                <span className="text-quiet">
                  {explanation.confidence === 'declared' ? 'The source itself names the roles and the write.' : 'We concluded part of this; see below.'}
                </span>
              </>
            ),
          },
          {
            name: 'Inferred',
            value: explanation.inferences.length > 0 && (
              <ul className="list-inside list-disc">
                {explanation.inferences.map((inference) => (
                  <li key={inference}>{inference}</li>
                ))}
              </ul>
            ),
          },
          {
            name: 'What moved it',
            value: (
              <>
                {trigger.kind.replace('_', ' ')}: {trigger.because}
                {trigger.eventId && <code className="ml-1.5 text-xs text-quiet">{trigger.eventId}</code>}
              </>
            ),
          },
          { name: 'Note', value: finding.flags.length > 0 && finding.flags.map((flag) => <p key={flag}>{FLAGS[flag]}</p>) },
          { name: 'Happened', value: formatExact(finding.occurredAt) },
        ]}
      />
      <div className="grid gap-5 lg:grid-cols-2">
        <div className="min-w-0">
          <h4 className="mb-1 text-xs font-medium text-master">The master’s place in the source</h4>
          <SourcePlace source={finding.master.source} />
        </div>
        <div className="min-w-0">
          <h4 className="mb-1 text-xs font-medium text-agent">The sub-agent’s place in the source</h4>
          {finding.target ? <SourcePlace source={finding.target.source} /> : <span className="text-quiet">it had written nothing</span>}
        </div>
      </div>
    </section>
  )
}
