import { createHmac } from 'node:crypto'

/**
 * Hides keys, tokens, passwords, e-mail addresses and home folders in what a link shows, and words that
 * the sender names. The same text is hidden by the same mark (`[e-mail 3f2a]`), so that a reader sees
 * what is the same and ids go on fitting; the mark depends on the link's secret, so it cannot be tried out.
 */
export type Redact = (text: string) => string

export interface Hit {
  /** What it was taken for. */
  what: string
  count: number
}

interface Pattern {
  what: string
  find: RegExp
  /** The group that is hidden, with what stands around it kept; left out: the whole. */
  keep?: (match: string, ...groups: string[]) => { before: string; secret: string; after: string }
}

const around = (_match: string, before = '', secret = '', after = '') => ({ before, secret, after })

/** Shapes that their makers publish, the longest first where one begins like another. No pattern can run long: none nests repetitions. */
const PATTERNS: readonly Pattern[] = [
  { what: 'private key', find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[\s\S]{0,20000}?-----END [A-Z ]{0,40}PRIVATE KEY-----|[\s\S]*$)/g },
  { what: 'token', find: /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g },
  { what: 'key', find: /\bsk-(?:ant-|proj-|or-|lf-|svcacct-)?[\w-]{16,}/g },
  { what: 'key', find: /\b(?:sk|pk|rk)_(?:live|test)_\w{10,}/g },
  { what: 'key', find: /\bbsk_[\w-]{20,}/g },
  { what: 'key', find: /\bpk-lf-[\w-]{16,}/g },
  { what: 'key', find: /\blsv2_(?:pt|sk)_\w{16,}/g },
  { what: 'key', find: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g },
  { what: 'key', find: /\bAIza[\w-]{35}/g },
  { what: 'key', find: /\bya29\.[\w-]{20,}/g },
  { what: 'token', find: /\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,})/g },
  { what: 'token', find: /\bgl(?:pat|rt|dt|ptt|cbt|soat|imt)-[\w-]{18,}/g },
  { what: 'token', find: /\bxox[abeoprs]-[\w-]{10,}|\bxapp-[\w-]{10,}/g },
  { what: 'token', find: /\bnpm_[A-Za-z0-9]{36}/g },
  { what: 'token', find: /\bpypi-[\w-]{50,}/g },
  { what: 'token', find: /\bhf_[A-Za-z0-9]{30,}/g },
  { what: 'key', find: /\b(?:gsk|xai|fw|r8|tvly|pplx|nvapi|dop_v1|shpat|SG|vercel|hvs)[_.-][\w.-]{20,}/g },
  { what: 'address with a password', find: /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,200}:)([^\s/@]{1,200})(@)/gi, keep: around },
  { what: 'token', find: /\b((?:authorization|bearer|x-api-key)["']?\s{0,3}[:=]?\s{0,3}["']?(?:bearer |basic |token )?)([\w.~+/=-]{16,})()/gi, keep: around },
  {
    what: 'secret',
    find: /((?:api[_-]?key|secret(?:[_-]?(?:key|access[_-]?key))?|access[_-]?token|auth[_-]?token|refresh[_-]?token|client[_-]?secret|private[_-]?key|passwd|password|passphrase|pwd|credential)s?\\?["']?\s{0,3}[:=]\s{0,3}\\?["'`]?)([^\s"'`,;\\)}\]]{6,200})()/gi,
    keep: around,
  },
  { what: 'e-mail', find: /[\w.+-]{1,64}@[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){1,5}/gi },
  {
    what: 'home',
    find: /((?:\/home|\/Users|\/export\/home)\/|[A-Za-z]:\\{1,2}(?:Users|Documents and Settings)\\{1,2})([^/\\\s"'`:;,)\]}]{1,80})()/g,
    keep: around,
  },
  // Claude Code's folders of projects: the path of the home folder, with dashes.
  { what: 'home', find: /(-(?:home|Users)-)([a-zA-Z0-9_.]{1,40})(?=-|\/|$)()/g, keep: around },
]

/** Something of each pattern: what has none of these needs no closer look, and most strings of a session have none. */
const HINT =
  /@|-----BEGIN|eyJ|sk-|[spr]k_(?:live|test)_|bsk_|pk-lf-|lsv2_|A(?:KI|SI|BI|CC)A|AIza|ya29\.|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|xox|xapp-|npm_|pypi-|hf_|(?:gsk|xai|fw|r8|tvly|pplx|nvapi|dop_v1|shpat|SG|vercel|hvs)[_.-]|authorization|bearer|key|secret|token|passw|pwd|passphrase|credential|home|Users|Documents and Settings/i

const LEAST_HIDDEN = 2

/** `hidden`: words that go wherever they stand, whatever their case. */
export function redactor(secret: string, hidden: readonly string[], onHit: (what: string) => void = () => {}): Redact {
  const words = hidden.map((word) => word.trim()).filter((word) => word.length >= LEAST_HIDDEN)
  const wordPattern = words.length > 0 ? new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'gi') : undefined
  const mark = (what: string, text: string) => {
    onHit(what)
    return `[${what} ${createHmac('sha256', secret).update(text).digest('hex').slice(0, 4)}]`
  }
  return (text) => {
    if (text.length < LEAST_HIDDEN) return text
    let shown = wordPattern ? text.replace(wordPattern, (match) => mark('hidden', match.toLowerCase())) : text
    if (!HINT.test(shown)) return shown
    for (const { what, find, keep } of PATTERNS) {
      shown = keep
        ? shown.replace(find, (match: string, ...groups: string[]) => {
            const { before, secret: found, after } = keep(match, ...groups)
            return /^\[[a-z -]+ [0-9a-f]{4}\]/.test(found) ? match : `${before}${mark(what, found)}${after}`
          })
        : shown.replace(find, (match) => mark(what, match))
    }
    return shown
  }
}
