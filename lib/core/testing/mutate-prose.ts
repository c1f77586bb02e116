import { languageOf } from '../provenance/language'
import type { Edit } from './mutate'

/**
 * Prose said in other words, with what that leaves known beforehand. A paraphrase is an overwrite by
 * definition, whatever its quality; a word changed here and there is a revision.
 */

const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu

/** Every nth word is another one, lent by the donor: stretches of n - 1 words stand. */
export function rewordEvery(nth: number): Edit {
  return ({ text, path }, donor, random) => {
    if (languageOf(path).shape !== 'prose') return undefined
    const lent = [...new Set(donor.match(WORD) ?? [])].filter((word) => word.length > 3)
    if (lent.length < 10) return undefined
    let next = random.below(lent.length)
    let at = 0
    const changed = text.replace(WORD, (word) => {
      at += 1
      if (at % nth !== 0) return word
      do next = (next + 1) % lent.length
      while (lent[next] === word)
      return lent[next] as string
    })
    return at < 4 * nth || changed === text ? undefined : changed
  }
}

/** Sentences that hold the share of the words, each by as many words of the donor's; the others stand. */
export function rewordSentences(share: number): Edit {
  return ({ text, path }, donor, random) => {
    if (languageOf(path).shape !== 'prose') return undefined
    const sentences = text.split(/(?<=[.!?:])(?=\s)/)
    const counts = sentences.map((sentence) => sentence.match(WORD)?.length ?? 0)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const lent = donor.match(WORD) ?? []
    if (sentences.length < 4 || lent.length < 20) return undefined
    const order = random.shuffle(sentences.map((_, k) => k).filter((k) => (counts[k] as number) > 3))
    const chosen = new Set<number>()
    let sum = 0
    for (const k of order) {
      if (share >= 0.5 ? sum >= share * total : sum + (counts[k] as number) > share * total) continue
      chosen.add(k)
      sum += counts[k] as number
    }
    if (chosen.size === 0) return undefined
    let next = random.below(lent.length)
    return sentences
      .map((sentence, k) =>
        chosen.has(k)
          ? sentence.replace(WORD, () => {
              next = (next + 7) % lent.length
              return lent[next] as string
            })
          : sentence,
      )
      .join('')
  }
}
