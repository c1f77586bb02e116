import { Skeleton } from '@/components/ui/notes'
import type { Answer } from './answers'

/** Four questions, four answers; each leads to its charts. */
export function AnswersStrip({ answers }: { answers: Answer[] }) {
  return (
    <ul aria-label="In short" className="grid border-b sm:grid-cols-2 xl:grid-cols-4">
      {answers.map(({ id, question, verdict, because }) => (
        <li
          key={id}
          className="border-b px-4 py-3 last:border-b-0 sm:border-r sm:px-5 sm:nth-[2n]:border-r-0 sm:nth-[n+3]:border-b-0 xl:border-b-0 xl:nth-[2n]:border-r xl:last:border-r-0"
        >
          <a href={`#${id}`} className="group block rounded outline-offset-4">
            <p className="text-xs text-quiet group-hover:text-text">{question}</p>
            {verdict === undefined ? (
              <>
                <Skeleton className="mt-1.5 h-6 w-40" />
                <Skeleton className="mt-2 h-8" />
              </>
            ) : (
              <>
                <p className="mt-0.5 text-xl font-semibold tracking-tight text-balance break-words">{verdict}</p>
                <p className="mt-0.5 text-xs text-pretty text-quiet">{because}</p>
              </>
            )}
          </a>
        </li>
      ))}
    </ul>
  )
}
