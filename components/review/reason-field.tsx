import { VERDICT_REASONS, type VerdictReason } from '@/lib/core/verdict'
import { VERDICT_REASON_WORDS } from './words'

/** Why, in a word; left open if nobody wants to say. */
export function ReasonField({
  value,
  disabled,
  onChange,
}: {
  value: VerdictReason | undefined
  disabled: boolean
  onChange: (reason: VerdictReason | undefined) => void
}) {
  return (
    <label className="flex items-center gap-2 text-xs">
      <span className="text-quiet">because</span>
      <select
        value={value ?? ''}
        disabled={disabled}
        onChange={(event) => onChange(VERDICT_REASONS.find((reason) => reason === event.target.value))}
        className="h-8 max-w-56 rounded-md border bg-surface px-2 text-sm"
      >
        <option value="">no reason given</option>
        {VERDICT_REASONS.map((reason) => (
          <option key={reason} value={reason}>
            {VERDICT_REASON_WORDS[reason]}
          </option>
        ))}
      </select>
    </label>
  )
}
