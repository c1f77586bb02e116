import { sameWindow, type Window } from '@/lib/view/view'

const AFTER_MS = 180

/** Tells the address which window a person chose, a moment after they stopped moving it, and knows it when it comes back from there. */
export class WindowTeller {
  private told: Window | undefined
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `tell` reads the window as it is then, and says it by `now`. */
  constructor(private readonly tell: () => void) {}

  /** They move it. */
  soon(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(this.tell, AFTER_MS)
  }

  /** It is being told. */
  now(window: Window): void {
    this.stop()
    this.told = window
  }

  /** Whether that is what was told last; asked once. */
  isOwn(window: Window): boolean {
    const { told } = this
    this.told = undefined
    return told !== undefined && sameWindow(told, window)
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}

/** As fine as a pixel can tell; a link needs no more digits. */
export function rounded({ from, to }: { from: number; to: number }): { from: number; to: number } {
  const digits = to - from > 5_000 ? 1 : 1_000
  const round = (place: number) => Math.round(place * digits) / digits
  return { from: round(from), to: Math.max(round(to), round(from) + 1 / digits) }
}
