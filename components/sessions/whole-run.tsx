/** While a replay shows a moment: what stands here is about all of the run all the same. */
export function WholeRun({ className = '' }: { className?: string }) {
  return (
    <span
      title="The replay moves the timeline alone: figures, lists and inspector show the whole run."
      className={`rounded border border-dashed px-1.5 text-[0.6875rem] leading-4 whitespace-nowrap text-quiet ${className}`}
    >
      whole run
    </span>
  )
}
