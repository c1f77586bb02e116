import type { WriteStream } from 'node:tty'
import { duration } from './analysis-report'

const REDRAW_MS = 100
const PLAIN_MS = 5_000
const BAR = 24

/** How far an import (or anything else that takes long) is: one line that is redrawn on a terminal, a line now and then elsewhere. */
export class Progress {
  private readonly began = performance.now()
  private last = 0
  private done = 0
  private drawn = false

  constructor(
    private readonly total: number,
    private readonly out: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>,
    private readonly options: { said(amount: number): string } = { said: megabytes },
  ) {}

  add(amount: number, note: string): void {
    this.done += amount
    const now = performance.now()
    if (now - this.last < (this.out.isTTY ? REDRAW_MS : PLAIN_MS)) return
    if (!this.out.isTTY && this.last === 0 && now - this.began < PLAIN_MS) return
    this.last = now
    const line = this.line(note, now - this.began)
    if (this.out.isTTY) {
      this.drawn = true
      this.out.write(`\r\u001b[2K${line.slice(0, (this.out.columns || 100) - 1)}`)
    } else this.out.write(`${line}\n`)
  }

  /** Takes the line away, for what is printed next. */
  clear(): void {
    if (this.drawn) this.out.write('\r\u001b[2K')
    this.drawn = false
  }

  private line(note: string, elapsed: number): string {
    const { said } = this.options
    const share = this.total > 0 ? Math.min(1, this.done / this.total) : 1
    const rate = this.done / Math.max(1, elapsed / 1000)
    const left = rate > 0 && share < 1 ? `, ${duration(((this.total - this.done) / rate) * 1000)} left` : ''
    const bar = this.out.isTTY ? `${'█'.repeat(Math.round(share * BAR))}${'░'.repeat(BAR - Math.round(share * BAR))} ` : ''
    return `${bar}${Math.round(share * 100)}%  ${said(this.done)} of ${said(this.total)}, ${said(rate)}/s${left}  ${note}`
  }
}

export function megabytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
