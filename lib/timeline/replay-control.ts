import type { View } from '@/lib/view/view'
import { Replay, type ReplayStatus } from './replay'

interface Hooks {
  /** The picture must be drawn anew. */
  request(): void
  onView(patch: Partial<View>): void
  onReplay(status: ReplayStatus | undefined): void
}

// A voice and a slider need no more, ms.
const TELL_MS = 120

/** What a person does to a replay, wherever it runs; `at` and `seek` in the times of one session, epoch ms. */
export type Player = Pick<ReplayControl, 'playing' | 'speed' | 'skipsIdle' | 'playOrPause' | 'seek' | 'leave' | 'setSpeed'> & {
  readonly at: number | undefined
}

/** A replay under a person's hands: what they press, what the address says, what the controls show. */
export class ReplayControl extends Replay {
  private committed: number | undefined
  private told: { frame: number; playing: boolean } | undefined

  constructor(
    /** Where what is played begins and ends, as `at` counts. */
    private readonly extent: () => [number, number],
    private readonly hooks: Hooks,
  ) {
    super()
  }

  /** What the address says, unless it says what it was told. */
  setView({ at }: Pick<View, 'at'>): void {
    if (at !== this.committed) this.at = at
    if (at === undefined) this.playing = false
    this.committed = at
  }

  /** Plays or pauses; from the beginning when nothing is replayed yet, or when it stands at the end. */
  playOrPause(): void {
    const [from, to] = this.extent()
    if (this.playing) this.playing = false
    else {
      if (this.at !== undefined && this.at >= to) this.at = from
      this.play(performance.now(), from)
    }
    this.commit()
  }

  /** Shows this moment, playing on or not as before. */
  seek(at: number): void {
    const [from, to] = this.extent()
    this.at = Math.max(from, Math.min(to, at))
    this.commit()
  }

  /** Everything that is known is shown again. */
  leave(): void {
    this.at = undefined
    this.playing = false
    this.commit()
  }

  setSpeed(speed: number, skipsIdle: boolean): void {
    this.speed = speed
    this.skipsIdle = skipsIdle
    this.again()
  }

  /** Once a frame. */
  tell(frame: number): void {
    const { at, playing, speed, told } = this
    if (at === undefined) {
      if (told) this.hooks.onReplay(undefined)
      this.told = undefined
      return
    }
    if (told && playing === told.playing && frame - told.frame < TELL_MS) return
    this.told = { frame, playing }
    this.hooks.onReplay({ at: Math.min(at, this.extent()[1]), playing, speed })
    // it stopped by itself, at the end
    if (told?.playing && !playing) this.commit()
  }

  private commit(): void {
    // parts of a token or a step count, parts of a millisecond do not
    const digits = this.pace === 1 ? 1 : 1_000
    this.committed = this.at === undefined ? undefined : Math.round(this.at * digits) / digits
    this.hooks.onView({ at: this.committed })
    this.again()
  }

  /** Says what it shows in the next frame, however lately it did. */
  again(): void {
    if (this.told) this.told.frame = Number.NEGATIVE_INFINITY
    this.hooks.request()
  }
}
