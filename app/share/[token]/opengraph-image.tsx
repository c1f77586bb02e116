import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ImageResponse } from 'next/og'
import { type Card, type CompareCard, readCard, type SessionCard } from './card'

export const size = { width: 1200, height: 630 }
export const contentType = 'image/png'
export const alt = 'What a master agent did to the work of its sub-agents'

// The dark theme of app/globals.css.
const INK = {
  bg: '#0b0c10',
  surface: '#111318',
  border: '#252a34',
  text: '#e9ebf0',
  quiet: '#9aa2b1',
  master: '#919dff',
  masterFill: '#515ac4',
  agentFill: '#1a7568',
  destroyed: '#ff6240',
}
/** Few lanes are drawn taller, so that they fill the picture. */
const LANE = { least: 40, most: 64 }
const MOST_BARS = 90
const MIN_WIDTH = 3
const LANES = { left: 72, top: 248, width: 1056, height: 280 }

/** The fonts lie in the package: nothing is fetched. Read once. */
let fonts: Promise<{ name: string; data: ArrayBuffer; weight: 400 | 600 }[]> | undefined

async function readFonts() {
  const read = async (file: string, weight: 400 | 600) => {
    const bytes = await readFile(join(process.cwd(), 'node_modules/geist/dist/fonts/geist-sans', file))
    return { name: 'Geist', data: new Uint8Array(bytes).buffer, weight }
  }
  return Promise.all([read('Geist-Regular.ttf', 400), read('Geist-SemiBold.ttf', 600)])
}

/** The session's lanes, strikes and counts, or the comparison's shares. Of a link that shows nothing: the name alone. */
export default async function Image({ params }: { params: Promise<{ token: string }> }) {
  const card = await readCard((await params).token)
  fonts ??= readFonts()
  return new ImageResponse(<Picture card={card} />, { ...size, fonts: await fonts, headers: { 'cache-control': 'no-store' } })
}

function Picture({ card }: { card: Card | undefined }) {
  return (
    <div style={{ display: 'flex', width: '100%', height: '100%', background: INK.bg, color: INK.text, fontFamily: 'Geist', position: 'relative' }}>
      <div style={{ position: 'absolute', left: 72, top: 52, display: 'flex', alignItems: 'center', gap: 16, fontSize: 28, fontWeight: 600 }}>
        <svg width={40} height={40} viewBox="0 0 24 24" fill="none" strokeLinecap="round" strokeWidth={3}>
          <path d="M2.5 15.5a9.5 9.5 0 0 1 19 0" stroke={INK.master} />
          <path d="M7.5 19.5a4.5 4.5 0 0 1 9 0" stroke={INK.destroyed} />
        </svg>
        Backseat
        {card?.simulated && <Tag>simulated</Tag>}
        {card?.kind === 'session' && card.running && <Tag>running</Tag>}
      </div>
      {card ? (
        <Shown card={card} />
      ) : (
        <div style={{ position: 'absolute', left: 72, top: 280, display: 'flex', fontSize: 44, color: INK.quiet }}>A shared view</div>
      )}
    </div>
  )
}

function Shown({ card }: { card: Card }) {
  return (
    <div style={{ display: 'flex' }}>
      <div
        style={{
          position: 'absolute',
          left: 72,
          top: 116,
          width: 1056,
          display: 'flex',
          fontSize: 46,
          fontWeight: 600,
          letterSpacing: -1,
          lineHeight: 1.15,
          maxHeight: 56,
          overflow: 'hidden',
        }}
      >
        {drawable(card.title, 44)}
      </div>
      <div style={{ position: 'absolute', left: 72, top: 182, width: 1056, display: 'flex', fontSize: 26, color: INK.quiet }}>
        {drawable(card.description, card.kind === 'session' ? 92 : 80)}
      </div>
      {card.kind === 'session' ? <Session card={card} /> : <Comparison card={card} />}
    </div>
  )
}

const AXIS = { left: 400, width: 400, top: 258, row: 58 }

/** A line a group: its interval and its share, on one axis from 0 to 100 %. */
function Comparison({ card }: { card: CompareCard }) {
  const x = (share: number) => AXIS.left + Math.round(Math.min(1, Math.max(0, share)) * AXIS.width)
  const height = card.rows.length * AXIS.row
  return (
    <div style={{ display: 'flex', position: 'absolute', left: LANES.left, top: AXIS.top, width: LANES.width, height: height + 40 }}>
      {[0, 0.5, 1].map((share) => (
        <div key={share} style={{ display: 'flex' }}>
          <div style={{ position: 'absolute', left: x(share), top: 0, width: 1, height, background: INK.border }} />
          <div
            style={{
              position: 'absolute',
              left: x(share) - 40,
              top: height + 6,
              width: 80,
              display: 'flex',
              justifyContent: 'center',
              fontSize: 20,
              color: INK.quiet,
            }}
          >{`${share * 100} %`}</div>
        </div>
      ))}
      {card.rows.map(({ label, says, value, low, high }, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a picture is drawn once
          key={row}
          style={{
            position: 'absolute',
            left: 0,
            top: row * AXIS.row,
            width: LANES.width,
            height: AXIS.row,
            display: 'flex',
            borderTop: `1px solid ${INK.border}`,
          }}
        >
          <div style={{ position: 'absolute', left: 0, top: 12, width: AXIS.left - 20, display: 'flex', fontSize: 26 }}>{drawable(label, 27)}</div>
          {low !== undefined && high !== undefined && (
            <div
              style={{
                position: 'absolute',
                left: x(low),
                top: 26,
                width: Math.max(MIN_WIDTH, x(high) - x(low)),
                height: 6,
                borderRadius: 3,
                background: INK.masterFill,
              }}
            />
          )}
          {value !== undefined && (
            <div style={{ position: 'absolute', left: x(value) - 10, top: 19, width: 20, height: 20, borderRadius: 10, background: INK.destroyed }} />
          )}
          <div
            style={{
              position: 'absolute',
              right: 0,
              top: 12,
              width: 250,
              display: 'flex',
              justifyContent: 'flex-end',
              whiteSpace: 'nowrap',
              fontSize: 26,
              fontWeight: value === undefined ? 400 : 600,
              color: value === undefined ? INK.quiet : INK.text,
            }}
          >
            {drawable(says, 20)}
          </div>
        </div>
      ))}
    </div>
  )
}

function Session({ card }: { card: SessionCard }) {
  const height = Math.min(LANE.most, Math.max(LANE.least, Math.floor(LANES.height / Math.max(1, card.lanes.length))))
  return (
    <div style={{ display: 'flex' }}>
      {card.lanes.map((lane, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a picture is drawn once
        <Lane key={row} lane={lane} top={LANES.top + row * height} height={height} />
      ))}
      <div style={{ position: 'absolute', left: 72, bottom: 34, display: 'flex', gap: 52 }}>
        {card.counts.map(({ name, value, loud }) => (
          <div key={name} style={{ display: 'flex', alignItems: 'baseline', gap: 10 }}>
            <span style={{ fontSize: 34, fontWeight: 600, color: loud ? INK.destroyed : INK.text }}>{value}</span>
            <span style={{ fontSize: 24, color: INK.quiet }}>{name}</span>
          </div>
        ))}
      </div>
    </div>
  )
}

function Lane({ lane, top, height }: { lane: SessionCard['lanes'][number]; top: number; height: number }) {
  const x = (share: number) => Math.round(share * LANES.width)
  return (
    <div style={{ position: 'absolute', left: LANES.left, top, width: LANES.width, height, display: 'flex', borderTop: `1px solid ${INK.border}` }}>
      {lane.bars.slice(0, MOST_BARS).map(([from, to]) => (
        <div
          key={from}
          style={{
            position: 'absolute',
            left: x(from),
            top: Math.round(height * 0.22),
            width: Math.max(MIN_WIDTH, x(to) - x(from)),
            height: Math.round(height * 0.53),
            borderRadius: 4,
            background: lane.master ? INK.masterFill : INK.agentFill,
          }}
        />
      ))}
      {lane.strikes.map((at) => (
        <div
          key={at}
          style={{ position: 'absolute', left: Math.min(LANES.width - 6, x(at)), top: 3, width: 6, height: height - 7, borderRadius: 3, background: INK.destroyed }}
        />
      ))}
    </div>
  )
}

function Tag({ children }: { children: string }) {
  return (
    <div style={{ display: 'flex', border: `2px solid ${INK.border}`, borderRadius: 20, padding: '2px 16px', fontSize: 22, fontWeight: 400, color: INK.quiet }}>
      {children}
    </div>
  )
}

/** What our font can draw: for any other letter a font would be fetched from elsewhere. */
function drawable(text: string, most: number): string {
  const known = text.replace(/[^\u0020-\u007e\u00a0-\u017f\u2010-\u2015\u2018-\u201d\u2026]/gu, '?')
  return known.length > most ? `${known.slice(0, most - 1)}…` : known
}
