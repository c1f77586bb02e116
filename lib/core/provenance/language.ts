/**
 * What the tokenizer and the unit reader must know of a language: how its comments, strings and
 * blocks look. Chosen by the file's ending; an unknown ending is read as prose unless it has code's
 * looks.
 */
export type Shape = 'braces' | 'indent' | 'statements' | 'prose' | 'data'

export interface Language {
  shape: Shape
  /** Begins a comment that ends with the line. */
  lineComments: readonly string[]
  blockComment: boolean
  /** `'''` and `"""` strings. */
  tripleQuotes: boolean
  /** Strings between backticks, over several lines. */
  backticks: boolean
  /** `'` begins a string (in Rust it also begins a lifetime, in prose it is an apostrophe). */
  singleQuotes: boolean
  /** `CREATE` and `create` are the same word. */
  caseless?: boolean
  /** Each line is an entry (a key, a row): its place among the others is layout. */
  items?: boolean
  /** `# KEY=value` is a setting that is switched off, not a comment. */
  settings?: boolean
}

const C_LIKE: Language = { shape: 'braces', lineComments: ['//'], blockComment: true, tripleQuotes: false, backticks: false, singleQuotes: true }
const SCRIPT: Language = { ...C_LIKE, backticks: true }
const HASH: Language = { shape: 'indent', lineComments: ['#'], blockComment: false, tripleQuotes: false, backticks: false, singleQuotes: true }
const PYTHON: Language = { ...HASH, tripleQuotes: true }
const SQL: Language = {
  shape: 'statements',
  lineComments: ['--'],
  blockComment: true,
  tripleQuotes: false,
  backticks: false,
  singleQuotes: true,
  caseless: true,
}
const PROSE: Language = { shape: 'prose', lineComments: [], blockComment: false, tripleQuotes: false, backticks: false, singleQuotes: false }
const YAML: Language = { ...HASH, items: true }
const SETTINGS: Language = { ...HASH, items: true, settings: true }
const TABLE: Language = { shape: 'prose', lineComments: [], blockComment: false, tripleQuotes: false, backticks: false, singleQuotes: false, items: true }
const DATA: Language = { items: true, shape: 'data', lineComments: [], blockComment: false, tripleQuotes: false, backticks: false, singleQuotes: false }

const BY_ENDING: Record<string, Language> = {}
const assign = (language: Language, endings: string) => {
  for (const ending of endings.split(' ')) BY_ENDING[ending] = language
}
assign(SCRIPT, 'ts tsx mts cts js jsx mjs cjs vue svelte')
assign(C_LIKE, 'java kt kts scala go c h cc cpp hpp cxx cs swift dart php css scss less proto groovy graphql zig tf')
assign({ ...C_LIKE, singleQuotes: false }, 'rs')
assign(PYTHON, 'py pyi')
assign(YAML, 'yaml yml toml')
assign(SETTINGS, 'ini conf cfg env properties')
assign({ ...HASH, shape: 'statements' }, 'sh bash zsh fish rb pl r ex exs jl nix mk cmake dockerfile makefile')
assign(SQL, 'sql')
assign({ ...SQL, blockComment: false, caseless: false }, 'lua hs')
assign(DATA, 'json jsonc jsonl ndjson geojson webmanifest')
assign(PROSE, 'md mdx txt rst adoc tex log html htm xml svg')
assign(TABLE, 'csv tsv')

export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const dot = name.lastIndexOf('.')
  const known = BY_ENDING[dot >= 0 ? name.slice(dot + 1) : name]
  if (known) return known
  // `.env.example`, `Dockerfile.dev`
  for (const part of name.split('.')) {
    if (part === 'env') return SETTINGS
    if (part === 'dockerfile' || part === 'makefile') return HASH
  }
  return PROSE
}

/** `# KEY=value`: whether what stands here to the end of the line is a setting that is switched off. */
export function isSwitchedOff(rest: string, { settings }: Language): boolean {
  return settings === true && /^#\s?[A-Za-z_][\w.-]*=\S*\s*$/.test(rest)
}
