import { useId, useState } from 'react'
import { PARAMETER_MEANINGS, type PARAMETER_NAMES } from '@/lib/core/parameters'

interface Props {
  name: (typeof PARAMETER_NAMES)[number]
  value: number
  active: number
  builtIn: number
  valid: boolean
  onChange: (value: number) => void
}

/** One number with its meaning, its range, and what is in force. */
export function ParameterField({ name, value, active, builtIn, valid, onChange }: Props) {
  const { title, says, unit, min, max, step } = PARAMETER_MEANINGS[name]
  const id = useId()
  // What is typed may be no number yet ("0."); what it means goes up as soon as it is one.
  const [typed, setTyped] = useState<string | undefined>()
  const changed = value !== active
  return (
    <div className={`grid items-center gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_16rem] ${changed ? 'bg-surface' : ''}`}>
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {title} <code className="ml-1 text-xs font-normal text-quiet">{name}</code>
        </label>
        <p id={`${id}-says`} className="text-xs text-quiet">
          {says}
        </p>
      </div>
      <div>
        <div className="flex items-center gap-3">
          <input
            type="range"
            aria-label={`${title}, slider`}
            min={min}
            max={max}
            step={step}
            value={value}
            onChange={(event) => {
              setTyped(undefined)
              onChange(Number(event.target.value))
            }}
            className="min-w-0 flex-1 accent-text"
          />
          <input
            id={id}
            inputMode="decimal"
            aria-describedby={`${id}-says`}
            aria-invalid={!valid}
            value={typed ?? String(value)}
            onChange={(event) => {
              const text = event.target.value
              setTyped(text)
              const number = Number(text)
              if (text.trim() !== '' && Number.isFinite(number)) onChange(number)
            }}
            onBlur={() => setTyped(undefined)}
            className="w-16 rounded-md border bg-bg px-2 py-1 text-right font-mono text-sm aria-invalid:border-text"
          />
          <span className="w-11 shrink-0 text-xs text-quiet">{unit === 'share' ? '0 to 1' : unit}</span>
        </div>
        <p className="mt-1 text-xs text-quiet">
          {valid ? (
            <>
              {changed ? <strong className="font-medium text-text">was {active}</strong> : 'in force'}
              {builtIn !== active && ` · built in ${builtIn}`}
            </>
          ) : (
            <strong className="font-medium text-text">
              {unit === 'share' ? 'a number' : 'a whole number'} from {min} to {max}
            </strong>
          )}
        </p>
      </div>
    </div>
  )
}
