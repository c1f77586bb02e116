'use client'

import { type KeyboardEvent, useState } from 'react'
import { ResponsiveContainer, Scatter, ScatterChart, usePlotArea, XAxis, YAxis } from 'recharts'
import { shortened } from './labels'

/** One panel of small multiples: a row a threshold, a column a k. */
export interface HeatPanel {
  label: string
  color: string
  /** By row, then column; null: nothing known there. */
  cells: (HeatCell | null)[][]
  words: string
}

export interface HeatCell {
  /** What stands in it. */
  text: string
  fill: string
  /** 0 to `STRONGEST`, so that text on it can be read. */
  strength: number
  /** Can be chance: said quietly. */
  quiet: boolean
  /** With its interval, for whoever points at it. */
  words: string
}

/** Text on a fill of this opacity keeps its contrast in both themes. */
export const STRONGEST = 0.5

interface Props {
  panels: HeatPanel[]
  columns: { title: string; names: string[]; chosen: number }
  rows: { title: string; names: string[]; chosen: number /** Rows between which findings are about the choice itself. */; uncertain: [number, number] }
  narrow: boolean
  /** Makes a cell's choice the page's; left out where it cannot. */
  choose?: (column: number, row: number) => void
}

const CELL = 16
const HEAD = 24
const FOOT = 34
const LEFT = 42
const GAP = 22

/** Figures over two choices at once, a panel a group; the page's own choice is framed. */
export function HeatChart({ panels, columns, rows, narrow, choose }: Props) {
  const [at, setAt] = useState<{ panel: number; column: number; row: number }>()
  const across = narrow ? 1 : Math.min(panels.length, 3)
  const each = HEAD + rows.names.length * CELL + FOOT
  const pointed = at && panels[at.panel]?.cells[at.row]?.[at.column]
  return (
    <>
      <ResponsiveContainer width="100%" height={Math.ceil(panels.length / across) * each}>
        <ScatterChart margin={{ top: 0, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <XAxis type="number" dataKey="x" domain={[0, 1]} hide />
          <YAxis type="number" dataKey="y" domain={[0, 1]} hide />
          <Scatter data={[{ x: 0, y: 0 }]} shape={() => <g />} isAnimationActive={false} />
          <Panels panels={panels} columns={columns} rows={rows} choose={choose} across={across} each={each} at={at} setAt={setAt} />
        </ScatterChart>
      </ResponsiveContainer>
      <p aria-live="polite" className="min-h-4 text-2xs text-quiet">
        {pointed
          ? pointed.words
          : `Point at a cell for its interval${choose ? ', or choose its k and threshold with a click' : ''}; with the keyboard: arrows${choose ? ', then Enter' : ''}.`}
      </p>
    </>
  )
}

interface PanelsProps extends Omit<Props, 'narrow'> {
  across: number
  each: number
  at: { panel: number; column: number; row: number } | undefined
  setAt: (at: { panel: number; column: number; row: number } | undefined) => void
}

function Panels({ panels, columns, rows, choose, across, each, at, setAt }: PanelsProps) {
  const plot = usePlotArea()
  if (!plot) return null
  const width = (plot.width - GAP * (across - 1)) / across
  const cell = (width - LEFT) / columns.names.length
  const [low, high] = rows.uncertain
  return (
    <g fontSize={10.5}>
      {panels.map((panel, p) => {
        const x = plot.x + (p % across) * (width + GAP)
        const y = plot.y + Math.floor(p / across) * each
        const top = y + HEAD
        const bottom = top + rows.names.length * CELL
        const onKey = (event: KeyboardEvent) => {
          const move = MOVES[event.key]
          const here = at?.panel === p ? at : { panel: p, column: columns.chosen, row: rows.chosen }
          if (move) {
            const [dx, dy] = move
            setAt({
              panel: p,
              column: Math.min(columns.names.length - 1, Math.max(0, here.column + dx)),
              row: Math.min(rows.names.length - 1, Math.max(0, here.row + dy)),
            })
          } else if (event.key === 'Enter' && choose) choose(here.column, here.row)
          else return
          event.preventDefault()
        }
        return (
          // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a picture that is read cell by cell with the arrow keys; the table has it as text
          <g
            key={panel.label}
            tabIndex={0}
            role="img"
            aria-label={`${panel.words} Arrow keys read it cell by cell.`}
            className="chart-mark"
            onKeyDown={onKey}
            onBlur={() => setAt(undefined)}
            onMouseLeave={() => setAt(undefined)}
          >
            <rect className="chart-row" x={x} y={y + 2} width={width} height={each - 4} rx={4} fill="transparent" />
            <circle cx={x + LEFT + 4} cy={y + 13} r={3.5} fill={panel.color} />
            <text x={x + LEFT + 13} y={y + 13} dominantBaseline="central" fontSize={12} fill="var(--text)">
              {shortened(panel.label, Math.floor((width - LEFT - 20) / 6.6))}
            </text>
            <line x1={x + LEFT - 4} x2={x + LEFT - 4} y1={top + low * CELL + 1} y2={top + (high + 1) * CELL - 1} stroke="var(--text-quiet)" strokeWidth={2} />
            {rows.names.map((name, r) => (
              <text key={name} x={x + LEFT - 9} y={top + (r + 0.5) * CELL} textAnchor="end" dominantBaseline="central" fill="var(--text-quiet)">
                {name}
              </text>
            ))}
            {columns.names.map((name, c) => (
              <text key={name} x={x + LEFT + (c + 0.5) * cell} y={bottom + 10} textAnchor="middle" dominantBaseline="central" fill="var(--text-quiet)">
                {name}
              </text>
            ))}
            <text x={x + width} y={bottom + 24} textAnchor="end" dominantBaseline="central" fill="var(--text-quiet)">
              {columns.title}
            </text>
            <text x={x} y={bottom + 24} dominantBaseline="central" fill="var(--text-quiet)">
              {rows.title}
            </text>
            {panel.cells.map((row, r) =>
              row.map((one, c) => (
                // biome-ignore lint/a11y/noStaticElementInteractions: the keys are the panel's
                <g
                  // biome-ignore lint/suspicious/noArrayIndexKey: a grid that never moves
                  key={`${r} ${c}`}
                  onMouseEnter={() => setAt({ panel: p, column: c, row: r })}
                  onClick={choose && (() => choose(c, r))}
                  style={choose && { cursor: 'pointer' }}
                >
                  <rect
                    x={x + LEFT + c * cell + 0.5}
                    y={top + r * CELL + 0.5}
                    width={cell - 1}
                    height={CELL - 1}
                    fill={one?.fill ?? 'var(--surface-2)'}
                    fillOpacity={one ? one.strength : 0.5}
                  />
                  <text
                    x={x + LEFT + (c + 0.5) * cell}
                    y={top + (r + 0.5) * CELL}
                    textAnchor="middle"
                    dominantBaseline="central"
                    fill={one && !one.quiet ? 'var(--text)' : 'var(--text-quiet)'}
                  >
                    {one?.text ?? '–'}
                  </text>
                </g>
              )),
            )}
            {columns.chosen >= 0 && rows.chosen >= 0 && (
              <rect
                x={x + LEFT + columns.chosen * cell}
                y={top + rows.chosen * CELL}
                width={cell}
                height={CELL}
                fill="none"
                stroke="var(--text)"
                strokeWidth={1.5}
                pointerEvents="none"
              />
            )}
            {at?.panel === p && (
              <rect
                x={x + LEFT + at.column * cell}
                y={top + at.row * CELL}
                width={cell}
                height={CELL}
                fill="none"
                stroke="var(--text-quiet)"
                strokeWidth={1.5}
                strokeDasharray="2 2"
                pointerEvents="none"
              />
            )}
          </g>
        )
      })}
    </g>
  )
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
