import { ScrolledTable } from './scrolled-table'

/** What a chart shows, as a table: the first cell of a row names it. */
export interface TableTwin {
  heads: string[]
  rows: string[][]
}

export function PlainTable({ label, heads, rows, className }: TableTwin & { label: string; className: string }) {
  return (
    <ScrolledTable label={label}>
      <table className={`${className} whitespace-nowrap`}>
        <thead className="text-left text-quiet">
          <tr className="border-b">
            {heads.map((head, i) => (
              <th key={head} scope="col" className={`py-1.5 pr-4 font-normal ${i > 0 ? 'text-right' : ''}`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name = '', ...cells], r) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and rows never move
            <tr key={r} className="border-b last:border-0">
              <th scope="row" className="py-1.5 pr-4 text-left font-normal">
                {name}
              </th>
              {cells.map((cell, i) => (
                <td key={heads[i + 1]} className="py-1.5 pr-4 text-right font-mono">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrolledTable>
  )
}
