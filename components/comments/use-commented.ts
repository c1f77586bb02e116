'use client'

import { type RefObject, useEffect, useState } from 'react'

const MOST_QUOTE = 600
/** Of one panel: longer texts are not searched for the words that somebody commented on. */
const MOST_TEXT = 400_000

/** The words that are selected in the panel around `anchor`, outside of the comments themselves; undefined when none are. */
export function useSelectedWords(anchor: RefObject<HTMLElement | null>): string | undefined {
  const [words, setWords] = useState<string>()
  useEffect(() => {
    const look = () => {
      const selection = document.getSelection()
      const own = anchor.current
      const panel = own?.parentElement
      if (!own || !panel || !selection || selection.isCollapsed || selection.rangeCount === 0) return setWords(undefined)
      const inside = (node: Node | null) => node !== null && panel.contains(node) && !own.contains(node)
      const text = inside(selection.anchorNode) && inside(selection.focusNode) ? selection.toString().trim() : ''
      setWords(text === '' ? undefined : text.slice(0, MOST_QUOTE))
    }
    document.addEventListener('selectionchange', look)
    return () => document.removeEventListener('selectionchange', look)
  }, [anchor])
  return words
}

/** Sets off the words in the panel around `anchor` that comments quote, wherever they stand first; also in texts that come later. */
export function useMarkedQuotes(anchor: RefObject<HTMLElement | null>, quotes: readonly string[]): void {
  const key = quotes.join('\n\n')
  useEffect(() => {
    const own = anchor.current
    const panel = own?.parentElement
    // Not in every browser yet: then comments only quote.
    if (!own || !panel || !('highlights' in CSS)) return
    const wanted = key === '' ? [] : key.split('\n\n')
    const mark = () => {
      const ranges = wanted.flatMap((quote) => rangeOf(panel, own, quote) ?? [])
      if (ranges.length > 0) CSS.highlights.set('commented', new Highlight(...ranges))
      else CSS.highlights.delete('commented')
    }
    let frame = requestAnimationFrame(mark)
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(mark)
    })
    if (wanted.length > 0) observer.observe(panel, { childList: true, subtree: true, characterData: true })
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
      CSS.highlights.delete('commented')
    }
  }, [anchor, key])
}

function rangeOf(panel: Element, without: Element, quote: string): Range | undefined {
  const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT, (node) =>
    without.contains(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  )
  const nodes: { node: Text; from: number }[] = []
  let text = ''
  for (let node = walker.nextNode(); node && text.length < MOST_TEXT; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue
    nodes.push({ node, from: text.length })
    text += node.data
  }
  const start = text.indexOf(quote)
  if (start < 0) return undefined
  const range = document.createRange()
  const place = (at: number) => nodes.findLast(({ from }) => from <= at)
  const [first, last] = [place(start), place(start + quote.length - 1)]
  if (!first || !last) return undefined
  range.setStart(first.node, start - first.from)
  range.setEnd(last.node, start + quote.length - last.from)
  return range
}
