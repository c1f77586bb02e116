import type { Random } from '@/lib/core/testing/fuzz-random'
import { FIELDS, NOUNS, VERBS, WORDS } from './invented-words'

/**
 * Invented functions in languages of which no package here holds sources. They are random but look
 * like work: loops, guards, look-ups, early returns, errors, each language in its own idiom. They
 * do nothing useful and are compiled by nobody.
 */
export type InventedLanguage = 'python' | 'go' | 'rust' | 'java'

export function inventFunction(language: InventedLanguage, random: Random, statements: number): string {
  return new Inventor(language, random).invent(statements)
}

type Shape = 'guard' | 'loop' | 'lookup' | 'compute' | 'collect' | 'call' | 'choose' | 'update' | 'attempt' | 'convert'
const SHAPES: Shape[] = ['guard', 'loop', 'lookup', 'compute', 'collect', 'call', 'choose', 'update', 'attempt', 'convert']

class Inventor {
  private names: string[] = []

  constructor(
    private readonly language: InventedLanguage,
    private readonly random: Random,
  ) {}

  invent(statements: number): string {
    const parameters = Array.from({ length: 1 + this.random.below(3) }, () => this.declare())
    const body = Array.from({ length: statements }, () => this.statement(0)).flat()
    return this.wrap(this.word(`${this.verb()} ${this.noun()}${this.random.below(2) ? ` ${this.noun()}` : ''}`), parameters, body).join('\n')
  }

  // ---- words ----

  private noun = () => this.random.pick(NOUNS)
  private verb = () => this.random.pick(VERBS)
  private field = () => this.random.pick(FIELDS)
  private text = () => `"${this.random.pick(WORDS)}${this.random.below(2) ? ` ${this.noun()}` : ''}"`
  private number = () => (this.random.below(3) === 0 ? `${this.random.below(90) + 1}.${this.random.below(90) + 10}` : String(this.random.below(900) + 2))

  private word(text: string): string {
    const parts = text.split(' ')
    if (this.language === 'go' || this.language === 'java')
      return parts.map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join('')
    return parts.join('_')
  }

  private declare(): string {
    const name = this.word(this.random.below(2) ? this.noun() : `${this.random.pick(WORDS)} ${this.noun()}`)
    this.names.push(name)
    return name
  }

  private known = () => (this.names.length === 0 ? this.declare() : this.random.pick(this.names))

  private member(of: string): string {
    const field = this.field()
    if (this.language === 'python') return this.random.below(2) ? `${of}["${field}"]` : `${of}.${field}`
    if (this.language === 'java') return `${of}.get${field.charAt(0).toUpperCase()}${field.slice(1)}()`
    return `${of}.${this.language === 'go' ? field.charAt(0).toUpperCase() + field.slice(1) : field}`
  }

  private operand = (): string => this.random.pick([() => this.known(), () => this.number(), () => this.member(this.known()), () => this.number()])()
  private sum = () => `${this.operand()} ${this.random.pick(['+', '-', '*', '/'])} ${this.operand()}`
  private condition = () =>
    this.random.below(3) === 0
      ? `${this.member(this.known())} == ${this.text()}`
      : `${this.operand()} ${this.random.pick(['<', '>', '<=', '>=', '!='])} ${this.operand()}`
  private call = () => {
    const name = this.word(`${this.verb()} ${this.noun()}`)
    const args = Array.from({ length: 1 + this.random.below(3) }, () => this.random.pick([this.operand, () => this.known(), this.text])()).join(', ')
    return this.language === 'go' && this.random.below(2)
      ? `s.${name}(${args})`
      : this.language === 'java' && this.random.below(2)
        ? `this.${name}(${args})`
        : `${name}(${args})`
  }

  // ---- statements ----

  private statement(depth: number): string[] {
    const shape = this.random.pick(SHAPES)
    const inner = () =>
      depth >= 2 ? this.statementOf('compute', depth + 1) : Array.from({ length: 1 + this.random.below(2) }, () => this.statement(depth + 1)).flat()
    return this.statementOf(shape, depth, inner)
  }

  private statementOf(shape: Shape, depth: number, inner: () => string[] = () => this.statementOf('compute', depth + 1)): string[] {
    switch (this.language) {
      case 'python':
        return this.python(shape, inner)
      case 'go':
        return this.go(shape, inner)
      case 'rust':
        return this.rust(shape, inner)
      case 'java':
        return this.java(shape, inner)
    }
  }

  private python(shape: Shape, inner: () => string[]): string[] {
    switch (shape) {
      case 'guard':
        return [
          `if ${this.condition()}:`,
          `    ${this.random.pick([`raise ValueError(${this.text()})`, `return ${this.operand()}`, 'return None', `raise KeyError(${this.known()})`])}`,
        ]
      case 'loop': {
        const over = this.member(this.known())
        return [
          `for ${this.declare()} in ${this.random.pick([over, `sorted(${over}, key=lambda row: row.${this.field()})`, `range(${this.number()})`])}:`,
          ...indent(inner()),
        ]
      }
      case 'lookup': {
        const from = this.known()
        return [`${this.declare()} = ${from}.get(${this.text()}, ${this.operand()})`]
      }
      case 'compute': {
        const value = this.random.pick([
          this.sum,
          this.call,
          () => `round(${this.sum()}, ${this.random.below(5)})`,
          () => `max(${this.operand()}, ${this.operand()})`,
        ])()
        return [`${this.declare()} = ${value}`]
      }
      case 'collect': {
        const from = this.member(this.known())
        const field = this.field()
        return [
          `${this.declare()} = [${this.random.pick([`row.${field}`, `(row.${field}, row.${this.field()})`, `{"${field}": row.${field}}`])} for row in ${from} if row.${this.field()} ${this.random.pick(['>', '<', '!='])} ${this.operand()}]`,
        ]
      }
      case 'call':
        return [this.call()]
      case 'choose':
        return [`if ${this.condition()}:`, ...indent(inner()), `elif ${this.condition()}:`, ...indent(inner()), 'else:', ...indent(inner())]
      case 'update':
        return [
          `${this.known()}[${this.random.below(2) ? `"${this.field()}"` : this.known()}] ${this.random.pick(['=', '+=', '-='])} ${this.random.below(2) ? this.operand() : this.sum()}`,
        ]
      case 'attempt':
        return [
          'try:',
          ...indent(inner()),
          `except ${this.random.pick(['ValueError', 'KeyError', 'TimeoutError', 'OSError'])} as problem:`,
          `    logger.${this.random.pick(['warning', 'error', 'info'])}(${this.text()}, problem)`,
        ]
      case 'convert':
        return [
          `${this.declare()} = ${this.random.pick(['int', 'float', 'str', 'Decimal', 'tuple'])}(${this.member(this.known())})${this.random.below(2) ? ` or ${this.text()}` : ''}`,
        ]
    }
  }

  private go(shape: Shape, inner: () => string[]): string[] {
    switch (shape) {
      case 'guard':
        return [`if ${this.condition()} {`, `\treturn ${this.random.pick(['nil', this.known()])}, fmt.Errorf(${this.text()})`, '}']
      case 'loop': {
        const over = this.member(this.known())
        return [
          this.random.below(3) ? `for ${this.random.pick(['_', 'i', 'key'])}, ${this.declare()} := range ${over} {` : `for i := 0; i < ${this.number()}; i++ {`,
          ...indent(inner(), '\t'),
          '}',
        ]
      }
      case 'lookup': {
        const from = this.known()
        const name = this.declare()
        return [`${name}, ok := ${from}[${this.text()}]`, 'if !ok {', `\t${name} = ${this.operand()}`, '}']
      }
      case 'compute': {
        const value = this.random.below(2) ? this.sum() : `math.${this.random.pick(['Max', 'Min', 'Pow'])}(${this.operand()}, ${this.operand()})`
        return [`${this.declare()} := ${value}`]
      }
      case 'collect': {
        const list = this.declare()
        return [
          `${list} := make([]${this.random.pick(['string', 'int', 'Row', 'float64'])}, 0, len(${this.member(this.known())}))`,
          `${list} = append(${list}, ${this.operand()}, ${this.operand()})`,
        ]
      }
      case 'call': {
        const name = this.declare()
        return [`${name}, err := ${this.call()}`, 'if err != nil {', `\treturn nil, fmt.Errorf("${this.verb()} ${this.noun()}: %w", err)`, '}']
      }
      case 'choose':
        return [
          `switch ${this.member(this.known())} {`,
          `case ${this.text()}, ${this.text()}:`,
          ...indent(inner(), '\t'),
          `case ${this.text()}:`,
          ...indent(inner(), '\t'),
          'default:',
          ...indent(inner(), '\t'),
          '}',
        ]
      case 'update':
        return [`${this.member(this.known())} ${this.random.pick(['=', '+=', '-='])} ${this.random.below(2) ? this.operand() : this.sum()}`]
      case 'attempt':
        return [
          `if err := ${this.call()}; err != nil {`,
          `\tlog.Printf("${this.verb()} ${this.noun()} %v: %v", ${this.known()}, err)`,
          ...indent(inner(), '\t'),
          '}',
        ]
      case 'convert':
        return [
          `${this.declare()} := ${this.random.pick(['strconv.Itoa', 'strings.TrimSpace', 'time.Duration', 'strings.ToUpper', 'int64'])}(${this.member(this.known())})`,
        ]
    }
  }

  private rust(shape: Shape, inner: () => string[]): string[] {
    switch (shape) {
      case 'guard':
        return [
          `if ${this.condition()} {`,
          `    return ${this.random.pick([`Err(Error::${title(this.noun())}(${this.known()}))`, 'None', `Ok(${this.operand()})`])};`,
          '}',
        ]
      case 'loop': {
        const over = this.member(this.known())
        return [
          `for ${this.random.below(2) ? this.declare() : `(index, ${this.declare()})`} in ${over}.iter()${this.random.pick(['', '.enumerate()', '.rev()', `.skip(${this.random.below(9)})`])} {`,
          ...indent(inner()),
          '}',
        ]
      }
      case 'lookup': {
        const from = this.known()
        return [
          `let ${this.declare()} = ${from}.get(${this.text()}).${this.random.pick(['copied()', 'cloned()', 'map(Clone::clone)'])}.unwrap_or(${this.operand()});`,
        ]
      }
      case 'compute':
        return [
          `let ${this.random.below(3) ? '' : 'mut '}${this.declare()} = ${this.random.below(2) ? this.sum() : `${this.member(this.known())}.${this.random.pick(['saturating_sub', 'max', 'min', 'pow'])}(${this.operand()})`};`,
        ]
      case 'collect': {
        const from = this.member(this.known())
        return [
          `let ${this.declare()}: Vec<_> = ${from}`,
          `    .iter()`,
          `    .filter(|row| row.${this.field()} ${this.random.pick(['>', '<', '!='])} ${this.operand()})`,
          `    .map(|row| ${this.random.pick([`row.${this.field()}.clone()`, `(row.${this.field()}, row.${this.field()})`])})`,
          '    .collect();',
        ]
      }
      case 'call':
        return [`${this.random.below(2) ? `let ${this.declare()} = ` : ''}${this.call()}${this.random.pick(['?', '.await?', ''])};`]
      case 'choose':
        return [
          `match ${this.member(this.known())}.as_str() {`,
          `    ${this.text()} | ${this.text()} => {`,
          ...indent(inner(), '        '),
          '    }',
          `    ${this.text()} => ${this.call()},`,
          `    _ => ${this.random.pick(['unreachable!()', 'continue', `return Err(Error::${title(this.noun())})`])},`,
          '}',
        ]
      case 'update':
        return [`${this.member(this.known())} ${this.random.pick(['=', '+=', '-='])} ${this.random.below(2) ? this.operand() : this.sum()};`]
      case 'attempt':
        return [
          `if let Err(problem) = ${this.call()} {`,
          `    tracing::${this.random.pick(['warn', 'error', 'info'])}!(?problem, ${this.text()});`,
          ...indent(inner()),
          '}',
        ]
      case 'convert':
        return [
          `let ${this.declare()} = ${this.member(this.known())}.${this.random.pick(['to_string()', 'trim().to_owned()', 'parse::<u64>()?', 'into_iter().sum::<f64>()'])};`,
        ]
    }
  }

  private java(shape: Shape, inner: () => string[]): string[] {
    const type = () => this.random.pick(['int', 'long', 'double', 'String', 'var', 'BigDecimal', title(this.noun())])
    switch (shape) {
      case 'guard':
        return [
          `if (${this.condition()}) {`,
          `    ${this.random.pick([`throw new IllegalArgumentException(${this.text()});`, `return ${this.operand()};`, `throw new IllegalStateException(${this.text()} + ${this.known()});`])}`,
          '}',
        ]
      case 'loop': {
        const over = this.member(this.known())
        return [
          this.random.below(2) ? `for (${title(this.noun())} ${this.declare()} : ${over}) {` : `for (int i = 0; i < ${over}.size(); i++) {`,
          ...indent(inner()),
          '}',
        ]
      }
      case 'lookup': {
        const from = this.known()
        return [`${type()} ${this.declare()} = ${from}.getOrDefault(${this.text()}, ${this.operand()});`]
      }
      case 'compute':
        return [
          `${type()} ${this.declare()} = ${this.random.pick([this.sum, this.call, () => `Math.${this.random.pick(['max', 'min', 'pow'])}(${this.operand()}, ${this.operand()})`])()};`,
        ]
      case 'collect': {
        const from = this.member(this.known())
        return [
          `List<${title(this.noun())}> ${this.declare()} = ${from}.stream()`,
          `    .filter(row -> row.${this.field()}() ${this.random.pick(['>', '<', '!='])} ${this.operand()})`,
          `    .${this.random.pick(['sorted(Comparator.comparing', 'map(Optional.of', 'distinct(Objects.hash'])}(${title(this.noun())}::${this.field()}))`,
          '    .toList();',
        ]
      }
      case 'call':
        return [`${this.call()};`]
      case 'choose':
        return [
          `switch (${this.member(this.known())}) {`,
          `    case ${this.text()} -> {`,
          ...indent(inner(), '        '),
          '    }',
          `    case ${this.text()}, ${this.text()} -> ${this.call()};`,
          `    default -> ${this.call()};`,
          '}',
        ]
      case 'update':
        return [`${this.known()}.set${title(this.field())}(${this.random.below(2) ? this.operand() : this.sum()});`]
      case 'attempt':
        return [
          'try {',
          ...indent(inner()),
          `} catch (${this.random.pick(['IOException', 'SQLException', 'TimeoutException'])} problem) {`,
          `    log.${this.random.pick(['warn', 'error', 'info'])}(${this.text()}, ${this.known()}, problem);`,
          '}',
        ]
      case 'convert':
        return [
          `${type()} ${this.declare()} = ${this.random.pick(['String.valueOf', 'Integer.parseInt', 'BigDecimal.valueOf', 'Optional.ofNullable'])}(${this.member(this.known())});`,
        ]
    }
  }

  private wrap(name: string, parameters: string[], body: string[]): string[] {
    const result = this.known()
    switch (this.language) {
      case 'python':
        return [
          `def ${name}(${parameters.join(', ')}):`,
          ...(this.random.below(2) ? [`    """${title(this.verb())} the ${this.noun()} of a ${this.noun()}."""`] : []),
          ...indent(body),
          `    return ${result}`,
        ]
      case 'go':
        return [
          `func (s *${title(this.noun())}) ${title(name)}(${parameters.map((p) => `${p} ${this.random.pick(['string', 'int', '*Row', 'map[string]Row'])}`).join(', ')}) (*${title(this.noun())}, error) {`,
          ...indent(body, '\t'),
          `\treturn ${result}, nil`,
          '}',
        ]
      case 'rust':
        return [
          `pub fn ${name}(${parameters.map((p) => `${p}: ${this.random.pick(['&str', 'u64', '&Row', 'HashMap<String, u64>'])}`).join(', ')}) -> Result<${title(this.noun())}, Error> {`,
          ...indent(body),
          `    Ok(${result})`,
          '}',
        ]
      case 'java':
        return [
          `${this.random.pick(['public', 'private', 'protected'])} ${title(this.noun())} ${name}(${parameters.map((p) => `${this.random.pick(['String', 'int', 'Row', 'Map<String, Long>'])} ${p}`).join(', ')}) {`,
          ...indent(body),
          `    return ${result};`,
          '}',
        ]
    }
  }
}

function indent(lines: string[], by = '    '): string[] {
  return lines.map((line) => by + line)
}

function title(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
