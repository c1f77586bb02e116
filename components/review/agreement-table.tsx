'use client'

import { useQuery } from '@tanstack/react-query'
import { getJson } from '@/components/providers/api'
import { plural } from '@/components/text/count'

interface Agreement {
  judged: number
  results: { justified: number; unjustified: number; unsure: number; disagreed: number }
  /** `kappa` is left out where it is not defined: all of one word. */
  pairs: { reviewers: [string, string]; cases: number; kappa?: number; ac1?: number }[]
}

/** What people came to, and how far each two of them agree beyond chance. */
export function AgreementTable({ queryKey }: { queryKey: string[] }) {
  const { data } = useQuery({ queryKey, queryFn: ({ signal }) => getJson<Agreement>('/api/v1/review/agreement', signal) })
  if (!data || data.judged === 0) return null
  const { justified, unjustified, unsure, disagreed } = data.results
  return (
    <section aria-label="What people said" className="mt-8">
      <h2 className="font-semibold">What people said</h2>
      <p className="mt-1 text-sm">
        {plural(data.judged, 'intervention')} judged: {justified} justified, {unjustified} unjustified, {unsure} nobody could tell, {disagreed} disputed.
      </p>
      {data.pairs.length === 0 ? (
        <p className="mt-1 text-sm text-quiet">No two people have judged the same intervention yet: how far they agree is not known.</p>
      ) : (
        <div className="mt-3 overflow-x-auto">
          <table className="w-full max-w-2xl text-sm">
            <thead className="text-left text-xs text-quiet">
              <tr className="border-b">
                <th className="py-1.5 pr-4 font-normal">Two people</th>
                <th className="py-1.5 pr-4 text-right font-normal">Cases both judged</th>
                <th className="py-1.5 pr-4 text-right font-normal">
                  <abbr title="Cohen’s kappa: agreement beyond chance, 1 is full, 0 is chance">kappa</abbr>
                </th>
                <th className="py-1.5 text-right font-normal">
                  <abbr title="Gwet’s AC1: as kappa, but steady where nearly all cases are alike">AC1</abbr>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.pairs.map(({ reviewers, cases, kappa, ac1 }) => (
                <tr key={reviewers.join('\n')} className="border-b">
                  <td className="py-1.5 pr-4">{reviewers.join(' and ')}</td>
                  <td className="py-1.5 pr-4 text-right tabular-nums">{cases}</td>
                  <td className="py-1.5 pr-4 text-right tabular-nums">{coefficient(kappa)}</td>
                  <td className="py-1.5 text-right tabular-nums">{coefficient(ac1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function coefficient(value: number | undefined): string {
  return value === undefined ? 'not defined' : value.toFixed(2)
}
