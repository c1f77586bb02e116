import type { Judgement, PolicyResult } from './judge'

/** What a build server reads: a test case a judgement; undecided ones are skipped, with their reason. */
export function printJunit({ judgements }: PolicyResult): string {
  const failed = judgements.filter(({ verdict }) => verdict === 'failed').length
  const undecided = judgements.filter(({ verdict }) => verdict === 'undecided').length
  const cases = judgements.map((judgement) => {
    const name = escapeXml(titleOf(judgement))
    const said = escapeXml(judgement.sentence)
    const inside =
      judgement.verdict === 'failed'
        ? `<failure message="${said}"/>`
        : judgement.verdict === 'undecided'
          ? `<skipped message="${said}"/>`
          : `<system-out>${said}</system-out>`
    return `    <testcase classname="backseat.policy" name="${name}">${inside}</testcase>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="backseat policy" tests="${judgements.length}" failures="${failed}" errors="0" skipped="${undecided}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

const WORDS: Record<Judgement['verdict'], string> = { passed: 'Passed', failed: '**Failed**', undecided: 'Undecided' }

/** A table for a pull request. */
export function printMarkdown({ judgements, exitCode }: PolicyResult): string {
  const heading = exitCode === 0 ? 'Delegation policy: passed' : exitCode === 1 ? 'Delegation policy: failed' : 'Delegation policy: undecided'
  const rows = judgements.map((judgement) => `| ${WORDS[judgement.verdict]} | ${escapeCell(titleOf(judgement))} | ${escapeCell(judgement.sentence)} |`)
  return [`### ${heading}`, '', '| Verdict | Rule | Why |', '| --- | --- | --- |', ...rows, ''].join('\n')
}

function titleOf({ rule, group }: Judgement): string {
  return group === undefined ? rule : `${rule} · ${group}`
}

/** Names come from traces: no markup, and none of the characters that XML 1.0 does not allow. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}

function escapeCell(text: string): string {
  return text.replace(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`).replace(/\s+/g, ' ')
}
