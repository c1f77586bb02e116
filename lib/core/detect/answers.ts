/** Reading answers in words: where the answer begins, which facts it brings, whether a value stands in a text. */

/** Without the thinking aloud before it: what follows the last "Final Answer:", as agents that reason in text write it. */
export function answerIn(text: string): string {
  const marks = [...text.matchAll(/\bfinal answer\s*:\s*/gi)]
  const last = marks.at(-1)
  return (last ? text.slice(last.index + last[0].length) : text).trim()
}

/** What a summary keeps of a text: addresses, paths, numbers, names of code; without those in `known`. */
export function factsOf(text: string, known: string): Set<string> {
  const facts = new Set<string>()
  for (const [found] of text.matchAll(/https?:\/\/[^\s)\]>"']+|[\w.-]*\/[\w./-]+|\b\w+_\w+\b|\b[a-z]+[A-Z]\w*\b|\b\d[\d.,]*\d\b/g)) {
    const fact = found.replace(/[.,/]+$/, '')
    if (fact.length > 1 && !mentions(known, fact)) facts.add(fact)
  }
  return facts
}

/** Whether the words stand in the text, not as a part of longer ones. */
export function mentions(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + words.length])) return true
  }
  return false
}

/** A number or two: `4`, `{"score": 4}`, `17 rows`. Words alone ("done") stand in many a text by chance. */
export function isShortAnswer(answer: string): boolean {
  return answer.length <= 80 && /\d/.test(answer)
}

/** Whether all values of a short answer stand in a text. Numbers are equal as numbers: `4.0` is `4`. */
export function standsIn(answer: string, text: string): boolean {
  const values = valuesIn(answer)
  if (values.length === 0) return false
  const numbers = new Set(numbersIn(text))
  return values.every((value) => (typeof value === 'number' ? numbers.has(value) : mentions(text.toLowerCase(), value.toLowerCase())))
}

function valuesIn(answer: string): (string | number)[] {
  if (/^[[{]/.test(answer)) {
    try {
      return leavesOf(JSON.parse(answer))
    } catch {
      // no JSON after all: read as words
    }
  }
  return [...numbersIn(answer), ...(answer.match(/\p{L}[\p{L}\p{N}_'-]+/gu) ?? [])]
}

function leavesOf(value: unknown): (string | number)[] {
  if (typeof value === 'number' || typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(leavesOf) : []
}

function numbersIn(text: string): number[] {
  return (text.match(/(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w])/g) ?? []).map((number) => Number(number.replaceAll(',', '')))
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character)
}
