import type { KeptIndex, KeptPage } from '@/lib/share/kept-file'

/**
 * What lies in this file, in script elements that no browser runs:
 *
 *   about       KeptPage, as JSON
 *   answer-<n>  of a comparison: gzip, base64
 *   snapshot    of a session: gzip, base64
 *   index       KeptIndex: which text lies in which part
 *   part-<n>    texts: gzip of [name, text][], base64
 */
export interface Kept {
  page: KeptPage
  snapshot(): Promise<Uint8Array<ArrayBuffer>>
  /** Undefined: it is not in the file. */
  text(name: string): Promise<string | undefined>
  answer(number: number): Promise<string>
}

let read: Kept | undefined

export function kept(): Kept {
  read ??= readKept()
  return read
}

/** Parts that are kept unpacked. */
const MOST_OPEN = 8

function readKept(): Kept {
  const page = JSON.parse(textOf('about')) as KeptPage
  let index: Promise<KeptIndex> | undefined
  const open = new Map<number, Promise<Map<string, string>>>()
  const part = (number: number) => {
    const texts = open.get(number) ?? unpackText(`part-${number}`).then((json) => new Map(JSON.parse(json) as [string, string][]))
    open.delete(number)
    open.set(number, texts)
    for (const old of open.keys()) {
      if (open.size <= MOST_OPEN) break
      open.delete(old)
    }
    return texts
  }
  return {
    page,
    snapshot: () => unpack('snapshot'),
    async text(name) {
      index ??= unpackText('index').then((json) => JSON.parse(json) as KeptIndex)
      const number = (await index)[name]
      return number === undefined ? undefined : (await part(number)).get(name)
    },
    answer: (number) => unpackText(`answer-${number}`),
  }
}

function textOf(id: string): string {
  const text = document.getElementById(id)?.textContent
  if (text === undefined || text === null) throw new Error(`This file is cut short: its part "${id}" is missing. Save it again.`)
  return text
}

async function unpack(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(textOf(id)), (letter) => letter.charCodeAt(0))
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(unpacked).arrayBuffer())
}

async function unpackText(id: string): Promise<string> {
  return new TextDecoder().decode(await unpack(id))
}
