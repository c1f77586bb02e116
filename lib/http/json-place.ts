/** Where and why a text stops being JSON; `undefined` if it is JSON. */
export interface JsonFault {
  /** 1-based. */
  line: number
  /** 1-based, in UTF-16 code units. */
  column: number
  reason: string
}

/**
 * JSON.parse does not reliably say where it failed, so this walks the text once more after a failure.
 * It keeps its own stack: a megabyte of `[` must not overflow ours.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const closers: string[] = []
  let at = 0
  let expect: 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' = 'value'
  const fault = (reason: string, where = at): JsonFault => {
    const before = text.slice(0, where)
    const line = before.split('\n').length
    return { line, column: where - before.lastIndexOf('\n'), reason }
  }
  const found = () => (at >= text.length ? 'the text ends' : `${JSON.stringify(text[at])} stands`)
  for (;;) {
    SPACE.lastIndex = at
    SPACE.test(text)
    at = SPACE.lastIndex
    if (expect === ', or end') {
      const closer = closers.at(-1)
      if (closer === undefined) return at < text.length ? fault(`the value is complete, but ${found()} after it`) : undefined
      if (text[at] === ',') {
        at++
        expect = closer === '}' ? 'key' : 'value'
      } else if (text[at] === closer) {
        at++
        closers.pop()
      } else return fault(`"," or "${closer}" is missing where ${found()}`)
      continue
    }
    if (expect === ':') {
      if (text[at] !== ':') return fault(`":" is missing where ${found()}`)
      at++
      expect = 'value'
      continue
    }
    if (expect === 'key' || expect === 'key or }') {
      if (expect === 'key or }' && text[at] === '}') {
        at++
        closers.pop()
        expect = ', or end'
        continue
      }
      if (text[at] !== '"') return fault(`a key in double quotes is missing where ${found()}`)
      const end = endOfString(text, at)
      if (typeof end === 'string') return fault(end)
      at = end
      expect = ':'
      continue
    }
    if (expect === 'value or ]' && text[at] === ']') {
      at++
      closers.pop()
      expect = ', or end'
      continue
    }
    if (text[at] === '{') {
      at++
      closers.push('}')
      expect = 'key or }'
    } else if (text[at] === '[') {
      at++
      closers.push(']')
      expect = 'value or ]'
    } else if (text[at] === '"') {
      const end = endOfString(text, at)
      if (typeof end === 'string') return fault(end)
      at = end
      expect = ', or end'
    } else {
      LITERAL.lastIndex = at
      if (!LITERAL.test(text)) return fault(`a value is missing where ${found()}`)
      at = LITERAL.lastIndex
      expect = ', or end'
    }
  }
}

const SPACE = /[ \t\r\n]*/y
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y

/** The position after the closing quote, or what is wrong. */
function endOfString(text: string, start: number): number | string {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return at + 1
    if (code < 0x20) return 'a control character stands in the text that begins here; write it as \\u00XX'
    if (code !== 0x5c) continue
    at++
    if (text[at] === 'u' && !/^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) return 'a \\u in the text that begins here lacks its four digits'
    if (!'"\\/bfnrtu'.includes(text[at] ?? ' ')) return 'a backslash in the text that begins here escapes nothing'
  }
  return 'the text that begins here has no closing quote'
}
