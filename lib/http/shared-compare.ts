import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import type { ProjectId } from '@/lib/core/project'
import type { Link } from '@/lib/share/link'
import { SharedFigures } from '@/lib/share/shared-figures'
import type { CompareAnswers } from './compare-answers'
import { type Asked, parseAsked } from './compare-asked'

const MOST = 200

interface Shown {
  /** The answer that it was made of. */
  from: string
  answer: unknown
}

/** Comparisons as links show them: the link's own filter, whatever whoever looks asks for. */
export class SharedCompare {
  /** By link and answer, while the figures stay the same: pages ask every few seconds. */
  private readonly shown = new Map<string, Shown>()

  constructor(private readonly answers: CompareAnswers) {}

  async report(link: Link, query: string): Promise<CompareAnswer> {
    const text = await this.answers.report(askedOfLink(query, link.project))
    return this.once(`${link.id} report`, text, () => new SharedFigures(link).report(JSON.parse(text) as CompareAnswer))
  }

  async details(link: Link, query: string): Promise<CompareDetailsAnswer> {
    const text = await this.answers.details(askedOfLink(query, link.project))
    return this.once(`${link.id} details`, text, () => new SharedFigures(link).details(JSON.parse(text) as CompareDetailsAnswer))
  }

  /** For the head line of its page. */
  view(link: Link, query: string): string {
    return new SharedFigures(link).query(query)
  }

  private once<T>(key: string, from: string, make: () => T): T {
    const known = this.shown.get(key)
    if (known?.from === from) return known.answer as T
    const answer = make()
    this.shown.delete(key)
    if (this.shown.size >= MOST) this.shown.delete(this.shown.keys().next().value ?? '')
    this.shown.set(key, { from, answer })
    return answer
  }
}

/** What the compare page with this query asks for. On the page simulated tasks are kept apart where nothing is said of them. Throws Refused. */
export function askedOfLink(query: string, project: ProjectId): Asked {
  const read = new URLSearchParams(query)
  return parseAsked((name) => read.get(name) ?? (name === 'simulated' ? 'auto' : undefined), project)
}
