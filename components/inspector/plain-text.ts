/**
 * Text of a trace is foreign and may be hostile. React renders it as text only; what is left are the
 * characters that change how their neighbours read (Unicode's bidirectional controls) or that are
 * not seen at all: they are written out.
 */
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g

export function plainText(text: string): string {
  return text.replace(HIDDEN, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
}
