/**
 * Which parser reads a file, and which of its nodes are logical units: definitions of functions,
 * methods and classes, statements at the top of a script (a route's registration, a test, a table of
 * values). Imports and bare comments are none.
 */
export interface Grammar {
  /** `tree-sitter-<name>.wasm` of @vscode/tree-sitter-wasm. */
  name: string
  /** Node type -> how people call it ("function"). */
  units: Readonly<Record<string, string>>
  /** Nodes whose children are looked at for units of their own. */
  inside: ReadonlySet<string>
  /** Blocks end with the indentation, not with a token. */
  byIndent: boolean
}

const words = (text: string) => new Set(text.split(' '))

const ECMASCRIPT_UNITS = {
  function_declaration: 'function',
  generator_function_declaration: 'function',
  class_declaration: 'class',
  method_definition: 'method',
  lexical_declaration: '',
  variable_declaration: '',
  expression_statement: '',
}
const ECMASCRIPT_INSIDE = words('program export_statement class_declaration class_body internal_module module')

const ecmascript = (name: string): Grammar => ({ name, units: ECMASCRIPT_UNITS, inside: ECMASCRIPT_INSIDE, byIndent: false })
const typescript = (name: string): Grammar => ({
  name,
  units: {
    ...ECMASCRIPT_UNITS,
    abstract_class_declaration: 'class',
    interface_declaration: 'interface',
    type_alias_declaration: 'type',
    enum_declaration: 'enum',
    internal_module: 'namespace',
  },
  inside: new Set([...ECMASCRIPT_INSIDE, 'abstract_class_declaration', 'expression_statement', 'statement_block']),
  byIndent: false,
})

const PYTHON: Grammar = {
  name: 'python',
  units: {
    function_definition: 'def',
    class_definition: 'class',
    decorated_definition: '',
    expression_statement: '',
    if_statement: 'if',
    for_statement: 'for',
    while_statement: 'while',
    with_statement: 'with',
    try_statement: 'try',
    match_statement: 'match',
  },
  inside: words('module class_definition decorated_definition block'),
  byIndent: true,
}

const GO: Grammar = {
  name: 'go',
  units: { function_declaration: 'func', method_declaration: 'func', type_declaration: 'type', const_declaration: 'const', var_declaration: 'var' },
  inside: words('source_file'),
  byIndent: false,
}

const RUST: Grammar = {
  name: 'rust',
  units: {
    function_item: 'fn',
    struct_item: 'struct',
    enum_item: 'enum',
    trait_item: 'trait',
    impl_item: 'impl',
    type_item: 'type',
    const_item: 'const',
    static_item: 'static',
    macro_definition: 'macro',
    mod_item: 'mod',
  },
  inside: words('source_file impl_item trait_item mod_item declaration_list'),
  byIndent: false,
}

const JAVA: Grammar = {
  name: 'java',
  units: {
    class_declaration: 'class',
    interface_declaration: 'interface',
    enum_declaration: 'enum',
    record_declaration: 'record',
    method_declaration: 'method',
    constructor_declaration: 'constructor',
  },
  inside: words(
    'program class_declaration interface_declaration enum_declaration record_declaration class_body interface_body enum_body enum_body_declarations',
  ),
  byIndent: false,
}

const C_SHARP: Grammar = {
  name: 'c-sharp',
  units: {
    class_declaration: 'class',
    interface_declaration: 'interface',
    struct_declaration: 'struct',
    enum_declaration: 'enum',
    record_declaration: 'record',
    method_declaration: 'method',
    constructor_declaration: 'constructor',
    property_declaration: 'property',
    global_statement: '',
  },
  inside: words(
    'compilation_unit namespace_declaration file_scoped_namespace_declaration class_declaration interface_declaration struct_declaration record_declaration declaration_list',
  ),
  byIndent: false,
}

const CPP: Grammar = {
  name: 'cpp',
  units: {
    function_definition: 'function',
    class_specifier: 'class',
    struct_specifier: 'struct',
    enum_specifier: 'enum',
    template_declaration: 'template',
    declaration: '',
  },
  inside: words(
    'translation_unit namespace_definition declaration_list linkage_specification preproc_ifdef preproc_if class_specifier struct_specifier field_declaration_list template_declaration',
  ),
  byIndent: false,
}

const PHP: Grammar = {
  name: 'php',
  units: {
    function_definition: 'function',
    class_declaration: 'class',
    interface_declaration: 'interface',
    trait_declaration: 'trait',
    enum_declaration: 'enum',
    method_declaration: 'method',
    expression_statement: '',
  },
  inside: words('program namespace_definition compound_statement class_declaration interface_declaration trait_declaration enum_declaration declaration_list'),
  byIndent: false,
}

const RUBY: Grammar = {
  name: 'ruby',
  units: { method: 'def', singleton_method: 'def', class: 'class', module: 'module', call: '', assignment: '' },
  inside: words('program class module body_statement'),
  byIndent: false,
}

const BASH: Grammar = {
  name: 'bash',
  units: {
    function_definition: 'function',
    if_statement: 'if',
    for_statement: 'for',
    while_statement: 'while',
    case_statement: 'case',
    pipeline: '',
    list: '',
    command: '',
    redirected_statement: '',
  },
  inside: words('program'),
  byIndent: false,
}

const CSS: Grammar = {
  name: 'css',
  units: { rule_set: '', media_statement: '@media', keyframes_statement: '@keyframes', at_rule: '@' },
  inside: words('stylesheet media_statement block'),
  byIndent: false,
}

const BY_ENDING = new Map<string, Grammar>()
const assign = (grammar: Grammar, endings: string) => {
  for (const ending of endings.split(' ')) BY_ENDING.set(ending, grammar)
}
assign(typescript('typescript'), 'ts mts cts')
assign(typescript('tsx'), 'tsx')
assign(ecmascript('javascript'), 'js jsx mjs cjs')
assign(PYTHON, 'py pyi')
assign(GO, 'go')
assign(RUST, 'rs')
assign(JAVA, 'java')
assign(C_SHARP, 'cs')
assign(CPP, 'cc cpp cxx hpp hh hxx c h')
assign(PHP, 'php')
assign(RUBY, 'rb')
assign(BASH, 'sh bash')
assign(CSS, 'css')

/** Undefined where no parser reads it: SQL, prose, JSON, YAML and whatever else are read without one. */
export function grammarOf(path: string): Grammar | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  return BY_ENDING.get(name.slice(name.lastIndexOf('.') + 1))
}

export function allGrammars(): Grammar[] {
  return [...new Set(BY_ENDING.values())]
}
