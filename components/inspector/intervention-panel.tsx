'use client'

import { RESULT_WORDS } from '@/components/review/words'
import { KindBadge } from '@/components/sessions/kind-badge'
import { isDestructive, kindNoun } from '@/components/sessions/kinds'
import { agentName, taskName } from '@/components/sessions/names'
import { formatClock } from '@/components/text/clock'
import { formatCount, formatMoney, formatPercent, plural } from '@/components/text/count'
import { Button } from '@/components/ui/button'
import { HEADLINE_KINDS, type Intervention } from '@/lib/core/interventions'
import { turnEnd, turnOutputTokens } from '@/lib/core/session'
import { setAsideOf } from '@/lib/core/set-aside'
import { judgementsOf, resultOf } from '@/lib/core/verdict'
import { printKey } from '@/lib/view/keys'
import { CompareView } from './compare-view'
import { FactLine } from './facts'
import { howFar, objectOf, phaseWords, returnedBefore, wasCut } from './intervention-words'
import { moneyLost } from './money-lost'
import { OutcomeBlock } from './outcome-block'
import type { PanelProps } from './panel'
import { CopyLink, PanelHead } from './panel-head'
import { PickLink } from './pick'
import { SetAsideControl } from './set-aside'
import { ContentBlock } from './text-block'
import { useContent, useTurnText } from './use-content'
import { useOutcomes } from './use-outcomes'
import { VerdictControl } from './verdict-control'
import { WhyFlagged } from './why'

export function InterventionPanel({ store, finding, onPick, onStep, onCopyLink, onClose }: PanelProps & { finding: Intervention }) {
  const { state } = store
  const { explanation, clocks } = finding
  const task = state.tasks.get(finding.taskId)
  const aside = setAsideOf(state).get(finding.id)
  const loud = isDestructive(finding.kind) && !aside
  const cut = wasCut(finding)
  const masterTurn = finding.master.turnId === undefined ? undefined : state.turns.get(finding.master.turnId)
  const targetTurn = finding.target?.turnId === undefined ? undefined : state.turns.get(finding.target.turnId)

  // An artifact has a before and an after; where none was touched, what both were saying stands for them.
  const hasArtifact = explanation.before !== undefined || explanation.after !== undefined
  const before = useContent(state.id, explanation.before)
  const after = useContent(state.id, explanation.after)
  const saidByTarget = useTurnText(state.id, hasArtifact ? undefined : targetTurn?.id, false)
  const answer = hasArtifact ? undefined : returnedBefore(finding, task)
  const returned = useContent(state.id, answer?.result)
  const saidByMaster = useTurnText(state.id, hasArtifact ? undefined : masterTurn?.id, false)
  const master = agentName(state, finding.master.agentId)
  const assignee = agentName(state, finding.assigneeId)
  const spent = masterTurn && turnOutputTokens(masterTurn)
  const lasted = task?.delegatedAt === undefined ? undefined : finding.occurredAt - task.delegatedAt
  const outcomes = useOutcomes(store, finding.artifact !== undefined)
  const outcome = outcomes?.outcomes[finding.id]
  const lostMoney = moneyLost(state, finding)
  const judged = resultOf(judgementsOf(state.verdicts.values()).get(finding.id) ?? [])
  const tokens = `${clocks.tokensEstimated ? '~' : ''}${plural(clocks.tokens, 'token')}`

  return (
    <>
      <PanelHead
        badge={<KindBadge kind={finding.kind} aside={aside !== undefined} />}
        title={`${objectOf(state, finding)} — ${phaseWords(finding)}`}
        onClose={onClose}
        actions={
          <>
            <CopyLink onClick={onCopyLink} />
            <Button hotkey={printKey('previous-intervention')} onClick={() => onStep('previous-intervention')}>
              Prev
            </Button>
            <Button hotkey={printKey('next-intervention')} onClick={() => onStep('next-intervention')}>
              Next
            </Button>
          </>
        }
      >
        <FactLine
          facts={[
            { name: 'step', value: formatCount(clocks.step) },
            { name: 'kept', value: finding.survival === undefined ? undefined : `${formatPercent(finding.survival)} of the sub-agent’s tokens` },
            { name: cut ? 'cut after' : 'after', value: join(clocks.tokens > 0 && tokens, lasted !== undefined && formatClock(lasted)) },
            { name: 'destroyed', value: destroyedWords(finding) },
            { name: 'worth', value: lostMoney !== undefined && `about ${formatMoney(lostMoney)} of the task’s cost` },
            { name: 'master spent', value: spent === undefined ? undefined : plural(spent, 'token') },
            { name: 'trigger', value: finding.trigger.kind.replace('_', ' ') },
            { name: 'chances before', value: clocks.opportunity > 1 && formatCount(clocks.opportunity - 1) },
            { name: 'people say', value: judged && RESULT_WORDS[judged].toLowerCase() },
            { name: 'masters above', value: finding.distance > 1 && formatCount(finding.distance) },
          ]}
        />
      </PanelHead>
      <SetAsideControl sessionId={state.id} interventionId={finding.id} noun={kindNoun(finding.kind)} aside={aside} />
      <CompareView
        meaning={loud ? 'destroyed' : 'changed'}
        path={hasArtifact ? finding.artifact : undefined}
        firstLine={explanation.firstLine}
        thresholds={explanation.thresholds}
        cut={cut ? cutWords(finding, tokens) : undefined}
        left={{
          title: (
            <>
              <PickLink
                onPick={onPick}
                kind={finding.target?.turnId ? 'turn' : 'agent'}
                id={finding.target?.turnId ?? finding.assigneeId}
                className="font-medium text-agent"
              >
                {assignee}
              </PickLink>
              <span className="text-quiet">
                {' '}
                · {hasArtifact ? 'original' : answer ? 'what it had returned' : 'what it had said'}
                {cut ? ', cut off' : ''}
              </span>
            </>
          ),
          loaded: hasArtifact ? before : answer ? returned : saidByTarget,
          absent: hasArtifact
            ? 'It had written nothing here yet.'
            : answer
              ? 'The log holds nothing that it had returned.'
              : 'The log holds nothing that it had said.',
        }}
        right={{
          title: (
            <>
              <PickLink
                onPick={onPick}
                kind={finding.master.turnId ? 'turn' : 'agent'}
                id={finding.master.turnId ?? finding.master.agentId}
                className="font-medium text-master"
              >
                {master}
              </PickLink>
              <span className="text-quiet"> · {hasArtifact ? rewriteWord(finding) : 'what it said'}</span>
            </>
          ),
          loaded: hasArtifact ? after : saidByMaster,
          absent: hasArtifact ? 'Nothing is left of it.' : `The log holds no words of ${master} here.`,
        }}
      />
      {(HEADLINE_KINDS.has(finding.kind) || loud) && !aside && <VerdictControl key={finding.id} state={state} interventionId={finding.id} />}
      <WhyFlagged store={store} finding={finding} onPick={onPick} />
      <div className="px-5 pb-5">
        {task && (
          <p className="mb-4 text-sm">
            <span className="text-quiet">Task: </span>
            <PickLink onPick={onPick} kind="task" id={task.id} className="font-medium">
              {taskName(task)}
            </PickLink>
            <span className="text-quiet"> {howFar(finding)}</span>
          </p>
        )}
        {outcome && <OutcomeBlock outcome={outcome} calls={outcomes?.calls ?? {}} onPick={onPick} />}
        <ContentBlock sessionId={state.id} title="Brief of the task" content={task?.brief} />
      </div>
    </>
  )

  function cutWords(of: Intervention, said: string): string {
    const at = targetTurn && turnEnd(targetTurn)
    const place = of.clocks.tokens > 0 ? `cut here at token ${said.replace(/ tokens?$/, '')}` : `cut here at step ${of.clocks.step}`
    return at !== undefined && state.firstAt !== undefined && of.clocks.tokens === 0 ? `${place}, ${formatClock(of.occurredAt - state.firstAt)}` : place
  }
}

function destroyedWords({ destroyed, destroyedComments = 0, destroyedLines }: Intervention): string | undefined {
  const parts = [
    destroyed > 0 && plural(destroyed, 'token'),
    destroyedComments > 0 && `${plural(destroyedComments, 'word')} of comments`,
    destroyed + destroyedComments > 0 && plural(destroyedLines, 'line'),
  ]
  return parts.filter(Boolean).join(', ') || undefined
}

function rewriteWord(finding: Intervention): string {
  if (finding.explanation.after === undefined) return 'nothing left'
  return isDestructive(finding.kind) ? 'rewrite' : 'after'
}

function join(...parts: (string | false)[]): string | undefined {
  const said = parts.filter(Boolean).join(' · ')
  return said === '' ? undefined : said
}
