import { CLIP_BITS, CLIP_HEADER, type ClipFrame, type ClipPlan, drawClipFrame } from '@/lib/timeline/clip'
import { type ClipLanes, filmRatio, pictureHeight } from '@/lib/timeline/clip-size'
import type { Stage } from '@/lib/timeline/stage'

/** What this browser can write, or why none. */
export type ClipSupport = { type: string; ending: 'webm' | 'mp4' } | { why: string }

const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'] as const

export function clipSupport(): ClipSupport {
  if (typeof MediaRecorder === 'undefined' || typeof HTMLCanvasElement.prototype.captureStream !== 'function')
    return { why: 'This browser cannot record a canvas. Firefox, Chrome, Edge and Safari from 2021 on can.' }
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one))
  if (!type) return { why: 'This browser was built without a codec for WebM or MP4. Another browser may have one.' }
  return { type, ending: type.startsWith('video/mp4') ? 'mp4' : 'webm' }
}

export interface Recorded {
  film: Blob
  /** Ms. */
  length: number
}

const FRAMES = 30
/** The last picture stays for a moment, ms. */
const AFTER_MS = 600

/**
 * Plays the stretch on the page and records what the page shows of it. Stands still while the tab is in the
 * background, for nothing is drawn then. Undefined: it was stopped. Throws what the browser's encoder says.
 */
export async function recordClip(
  stage: Stage,
  plan: ClipPlan,
  lanes: ClipLanes,
  type: string,
  onProgress: (share: number) => void,
  stop: AbortSignal,
): Promise<Recorded | undefined> {
  if (lanes === 'all') stage.showAllLanes(true)
  const frame = frameOf(stage)
  const canvasOfStage = stage.picture.canvas
  const canvas = document.createElement('canvas')
  // encoders want even sizes
  canvas.width = Math.ceil((frame.width * frame.ratio) / 2) * 2
  canvas.height = Math.ceil((frame.height * frame.ratio) / 2) * 2
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new Error('this browser gives no second canvas')
  const stream = canvas.captureStream(FRAMES)
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: CLIP_BITS })
  const pieces: Blob[] = []
  recorder.ondataavailable = ({ data }) => {
    if (data.size > 0) pieces.push(data)
  }
  const written = new Promise<void>((done, fail) => {
    recorder.onstop = () => done()
    recorder.onerror = (event) => fail((event as Event & { error?: Error }).error ?? new Error('the browser stopped writing the film'))
  })
  const { replay } = stage
  const before = { at: replay.at, speed: replay.speed }
  const onHidden = () => {
    if (document.hidden && recorder.state === 'recording') recorder.pause()
    else if (!document.hidden && recorder.state === 'paused') recorder.resume()
  }
  document.addEventListener('visibilitychange', onHidden)
  let length = 0
  try {
    replay.seek(plan.from)
    replay.setSpeed(plan.speed, replay.skipsIdle)
    if (!replay.playing) replay.playOrPause()
    recorder.start(1_000)
    await new Promise<void>((done) => {
      let last = performance.now()
      let over = 0
      const draw = (at: number) => {
        const since = Math.max(0, at - last)
        last = at
        // a tab that slept recorded nothing
        if (since < 1_000) length += since
        drawClipFrame(context, stage.scene, canvasOfStage, frame, plan.speed)
        const shown = replay.at ?? plan.to
        onProgress(Math.min(1, (shown - plan.from) / Math.max(1, plan.to - plan.from)))
        if (shown >= plan.to || !replay.playing) {
          if (replay.playing) replay.playOrPause()
          over += since
        }
        if (stop.aborted || over > AFTER_MS) done()
        else requestAnimationFrame(draw)
      }
      requestAnimationFrame(draw)
    })
    recorder.stop()
    await written
  } finally {
    document.removeEventListener('visibilitychange', onHidden)
    for (const track of stream.getTracks()) track.stop()
    if (lanes === 'all') stage.showAllLanes(false)
    if (replay.playing) replay.playOrPause()
    replay.setSpeed(before.speed, replay.skipsIdle)
    if (before.at !== undefined) replay.seek(before.at)
  }
  return stop.aborted ? undefined : { film: new Blob(pieces, { type: type.split(';')[0] ?? type }), length }
}

/** The picture with the lanes' names beside it. */
function frameOf({ picture: { canvas, gutter }, scene }: Stage): ClipFrame {
  const height = pictureHeight(scene) + CLIP_HEADER
  const pixels = canvas.width / Math.max(1, scene.width)
  return { width: scene.width + gutter, height, gutter, ratio: filmRatio(height, pixels), pixels }
}
