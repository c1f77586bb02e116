import { expect, test } from 'vitest'
import { keptTitle } from './kept-title'

/** As Chromium does: white space collapses, control characters go. */
class Page {
  sets = 0
  private text = 'from the server'
  get title() {
    return this.text.replace(/[\t\n\f\r ]+/g, ' ').trim()
  }
  set title(text: string) {
    this.sets += 1
    this.text = text.replace(/[\u0000-\u0008\u000b\u000e-\u001f]/g, '')
  }
}

test('a title that the browser gives back otherwise is set once', () => {
  const page = new Page()
  const keep = keptTitle(page, 'a \u001b[31mred  one\n· Backseat')
  for (let i = 0; i < 3; i++) keep()
  expect([page.sets, page.title]).toEqual([1, 'a [31mred one · Backseat'])
})

test('what replaces it is replaced again', () => {
  const page = new Page()
  const keep = keptTitle(page, 'mine')
  keep()
  page.title = 'from the server'
  keep()
  expect(page.title).toBe('mine')
})
