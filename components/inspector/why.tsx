import Link from 'next/link'
import { useSharedSource } from '@/components/providers/session-source'
import { agentName, taskName } from '@/components/sessions/names'
import { formatExact } from '@/components/text/clock'
import { formatCount, formatPercent, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import type { Intervention, InterventionFlag, InterventionSide } from '@/lib/core/interventions'
import type { SessionState } from '@/lib/core/session'
import type { SessionStore } from '@/lib/live/session-store'
import { FactTable, SourcePlace } from './facts'
import { type OnPick, PickLink } from './pick'
import { type Measure, measuresOf } from './thresholds'

const FLAGS: Record<InterventionFlag, string> = {
  requested: 'The sub-agent had asked for help: not counted as unsolicited.',
  race: 'The master had not seen what it destroyed: a fault of scheduling rather than of trust.',
  cumulative: 'Many small edits together crossed the threshold.',
  comments_only: 'Only comments were lost, no code.',
  partial_view: 'The log holds this text only in part.',
  approximate: 'The text is too large to compare exactly.',
}

interface Props {
  store: SessionStore
  finding: Intervention
  onPick: OnPick
}

/** Everything a person needs to check the finding against the file it came from. */
export function WhyFlagged({ store: { state }, finding, onPick }: Props) {
  const { explanation, trigger, clocks } = finding
  // where people sign in, whoever has a link cannot open that page; from a file nobody can
  const shared = useSharedSource() !== undefined
  const measures = measuresOf(finding)
  const triggered = trigger.eventId === undefined ? undefined : placeOf(state, trigger.eventId)
  return (
    <section aria-label="Why it was flagged" className="p-5">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="text-sm font-semibold">Why it was flagged</h3>
        {!shared && (
          <Link href="/settings/detector/proof" className="text-xs text-quiet underline underline-offset-2 hover:text-text">
            The rules, and how often they are right
          </Link>
        )}
      </div>
      {explanation.sentence !== '' && <p className="mb-4 max-w-[46rem] text-sm">{explanation.sentence}</p>}
      {measures.length > 0 && <Measures measures={measures} />}
      <FactTable
        facts={[
          { name: 'Rule', value: <code className="text-xs">{explanation.rule}</code> },
          {
            name: 'How far',
            value: (
              <>
                {clocks.tokens > 0 ? `${clocks.tokensEstimated ? '~' : ''}${plural(clocks.tokens, 'token')} in` : `step ${formatCount(clocks.step)}`}
                {explanation.unitFinished !== undefined && `, ${explanation.unitName ?? 'its unit'} ${explanation.unitFinished ? 'finished' : 'unfinished'}`}
                {finding.units &&
                  finding.units.whole > 0 &&
                  `; ${formatCount(finding.units.overwritten)} of ${plural(finding.units.whole, 'whole unit')} overwritten${finding.units.names.length > 0 ? ` (${finding.units.names.join(', ')})` : ''}`}
              </>
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
                {trigger.kind.replace('_', ' ')}: {trigger.because}{' '}
                {triggered ? (
                  <PickLink onPick={onPick} kind={triggered.kind} id={triggered.id} className="underline">
                    see {triggered.says}
                  </PickLink>
                ) : (
                  trigger.eventId && <code className="text-xs text-quiet">{trigger.eventId}</code>
                )}
              </>
            ),
          },
          { name: 'Note', value: finding.flags.length > 0 && finding.flags.map((flag) => <p key={flag}>{FLAGS[flag]}</p>) },
          {
            name: 'Artifact',
            value: finding.artifact !== undefined && (
              <PickLink onPick={onPick} kind="artifact" id={finding.artifact} className="font-mono text-xs underline">
                {finding.artifact}
              </PickLink>
            ),
          },
          { name: 'Happened', value: formatExact(finding.occurredAt) },
        ]}
      />
      <div className="grid gap-5 lg:grid-cols-2">
        <Place title="The master’s place" tone="text-master" state={state} side={finding.master} onPick={onPick} />
        {finding.target ? (
          <Place title="The sub-agent’s place" tone="text-agent" state={state} side={finding.target} onPick={onPick} />
        ) : (
          <div>
            <h4 className="mb-1 text-xs font-medium text-agent">The sub-agent’s place</h4>
            <span className="text-sm text-quiet">it had written nothing</span>
          </div>
        )}
      </div>
    </section>
  )
}

/** The numbers against what they were held to. */
function Measures({ measures }: { measures: Measure[] }) {
  return (
    <div className="mb-5 overflow-x-auto rounded-md border">
      <table className="w-full text-sm">
        <caption className="sr-only">What was measured, and the threshold that it was held to</caption>
        <thead className="text-left text-xs text-quiet">
          <tr className="border-b">
            <th className="px-3 py-1.5 font-normal">Measured</th>
            <th className="px-3 py-1.5 text-right font-normal">Value</th>
            <th className="px-3 py-1.5 font-normal">Threshold</th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {measures.map(({ name, title, value, unit, threshold, holds, says }) => (
            <tr key={name}>
              <th scope="row" className="px-3 py-1.5 text-left font-normal">
                {title} <code className="text-2xs text-quiet">{name}</code>
              </th>
              <td className="px-3 py-1.5 text-right font-mono text-xs font-semibold">
                {value === undefined ? '' : unit === 'share' ? formatPercent(value) : formatCount(value)}
              </td>
              <td className="px-3 py-1.5 text-xs">
                <span className="text-quiet">{says}</span>{' '}
                <span className="font-mono">{unit === 'share' ? formatPercent(threshold) : formatCount(threshold)}</span>
                {holds !== undefined && <span className="ml-1.5">{holds ? '· holds' : '· does not hold'}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Place({ title, tone, state, side, onPick }: { title: string; tone: string; state: SessionState; side: InterventionSide; onPick: OnPick }) {
  return (
    <div className="min-w-0 text-sm">
      <h4 className={`mb-1 text-xs font-medium ${tone}`}>{title}</h4>
      <p className="mb-1 flex flex-wrap gap-x-3">
        <PickLink onPick={onPick} kind="agent" id={side.agentId} className="font-medium">
          {agentName(state, side.agentId)}
        </PickLink>
        {side.turnId !== undefined && (
          <PickLink onPick={onPick} kind="turn" id={side.turnId} className="underline">
            its turn
          </PickLink>
        )}
        {side.callId !== undefined && (
          <PickLink onPick={onPick} kind="call" id={side.callId} className="underline">
            the call
          </PickLink>
        )}
      </p>
      <SourcePlace source={side.source} />
    </div>
  )
}

/** What of the session an event is, where the page can show it. */
function placeOf(state: SessionState, eventId: string): { kind: 'message' | 'call' | 'task'; id: string; says: string } | undefined {
  for (const message of state.messages.values()) if (message.id === eventId) return { kind: 'message', id: message.id, says: 'the message' }
  for (const call of state.calls.values())
    if (eventId === call.id || eventId.includes(call.id)) return { kind: 'call', id: call.id, says: `the call of ${call.name ?? 'a tool'}` }
  for (const task of state.tasks.values()) if (eventId.includes(task.id)) return { kind: 'task', id: task.id, says: taskName(task) }
  return undefined
}
