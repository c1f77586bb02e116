/**
 * Models are called by many names: by alias, by dated snapshot, behind a region, a gateway or a cloud's
 * folder. They get one name and one provider, so that the same model is one line in a comparison.
 *
 *   us.anthropic.claude-sonnet-4-5-20250929-v1:0   ->  claude-sonnet-4-5 (anthropic), snapshot 2025-09-29, via bedrock
 *   openrouter/openai/gpt-4o-2024-08-06            ->  gpt-4o (openai), snapshot 2024-08-06, via openrouter
 */
export interface ModelName {
  /** The name to compare by: without snapshot, region and gateway. */
  name: string
  /** Who made the model; undefined when its name does not say. */
  provider?: string
  /** The dated release, `YYYY-MM-DD`, or a release's number as the provider writes it (`002`). */
  snapshot?: string
  /** Through whom it was called: `bedrock`, `azure`, `vertex`, `openrouter`, ... */
  via?: string
  /** As it was given. */
  given: string
}

/** First words of a path -> the gateway or provider that they name. */
const GATEWAYS: Readonly<Record<string, string>> = {
  openrouter: 'openrouter',
  azure: 'azure',
  azure_ai: 'azure',
  'azure-openai': 'azure',
  bedrock: 'bedrock',
  'amazon-bedrock': 'bedrock',
  bedrock_converse: 'bedrock',
  vertex_ai: 'vertex',
  'vertex-ai': 'vertex',
  'google-vertex': 'vertex',
  vertex: 'vertex',
  litellm: 'litellm',
  litellm_proxy: 'litellm',
  gateway: 'gateway',
  vercel: 'vercel',
  github: 'github',
  github_copilot: 'github-copilot',
  'github-copilot': 'github-copilot',
  together: 'together',
  together_ai: 'together',
  fireworks: 'fireworks',
  fireworks_ai: 'fireworks',
  groq: 'groq',
  ollama: 'ollama',
  ollama_chat: 'ollama',
  lmstudio: 'lmstudio',
  lms: 'lmstudio',
  huggingface: 'huggingface',
  replicate: 'replicate',
  deepinfra: 'deepinfra',
  perplexity: 'perplexity',
}

const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  gemini: 'google',
  googleai: 'google',
  google_genai: 'google',
  'google-gla': 'google',
  'google-ai-studio': 'google',
  meta: 'meta',
  'meta-llama': 'meta',
  mistral: 'mistral',
  mistralai: 'mistral',
  cohere: 'cohere',
  deepseek: 'deepseek',
  'deepseek-ai': 'deepseek',
  'x-ai': 'xai',
  xai: 'xai',
  qwen: 'alibaba',
  amazon: 'amazon',
  moonshotai: 'moonshot',
  moonshot: 'moonshot',
  'z-ai': 'zhipu',
  zai: 'zhipu',
  microsoft: 'microsoft',
  nvidia: 'nvidia',
}

/** Families -> who makes them, for names without a path. */
const FAMILIES: readonly [RegExp, string][] = [
  [/^claude\b/, 'anthropic'],
  [/^(?:gpt-|chatgpt|o[1-9](?:-|$)|codex-|davinci|text-embedding-[3a])/, 'openai'],
  [/^(?:gemini|gemma|palm|learnlm)\b/, 'google'],
  [/^(?:llama|meta-llama)/, 'meta'],
  [/^(?:mistral|mixtral|codestral|ministral|magistral|devstral|pixtral)/, 'mistral'],
  [/^(?:command(?:-|$)|c4ai-)/, 'cohere'],
  [/^deepseek/, 'deepseek'],
  [/^grok/, 'xai'],
  [/^(?:qwen|qwq)/, 'alibaba'],
  [/^(?:nova|titan)-/, 'amazon'],
  [/^kimi/, 'moonshot'],
  [/^glm-/, 'zhipu'],
  [/^phi-/, 'microsoft'],
]

const REGION = /^(?:us|eu|apac|ap|ca|sa|jp|au|global|us-gov)\.(?=[a-z0-9-]+\.)/
const MAKER_DOT = /^(anthropic|amazon|meta|mistral|cohere|deepseek|openai|qwen)\./

/** Names that were read, for the same few come again and again. */
const read = new Map<string, ModelName>()
const MOST_READ = 2_000

/** The one name of a model; undefined when no model is known. */
export function canonicalModel(given: string | undefined): string | undefined {
  return given === undefined ? undefined : knownModel(given).name
}

/** `modelName`, remembered. */
export function knownModel(given: string): ModelName {
  const known = read.get(given)
  if (known) return known
  if (read.size >= MOST_READ) read.clear()
  const name = modelName(given)
  read.set(given, name)
  return name
}

export function modelName(given: string): ModelName {
  let name = given.trim().toLowerCase()
  let via: string | undefined
  let provider: string | undefined

  // arn:aws:bedrock:us-east-1:1234:inference-profile/us.anthropic.claude-…
  const arn = /^arn:aws[\w-]*:bedrock:[^/]*\/(.+)$/.exec(name)
  if (arn) {
    via = 'bedrock'
    name = arn[1] ?? name
  }
  // projects/p/locations/l/publishers/google/models/gemini-…
  const publisher = /(?:^|\/)publishers\/([^/]+)\/models\/(.+)$/.exec(name)
  if (publisher) {
    via ??= 'vertex'
    provider = PROVIDERS[publisher[1] ?? ''] ?? publisher[1]
    name = publisher[2] ?? name
  }
  const marker = /^([a-z_-]+):(?=[a-z])/.exec(name)
  if (marker && (GATEWAYS[marker[1] as string] || PROVIDERS[marker[1] as string])) name = `${marker[1]}/${name.slice(marker[0].length)}`

  for (let parts = name.split('/'); parts.length > 1; parts = name.split('/')) {
    const first = parts[0] as string
    if (GATEWAYS[first]) via ??= GATEWAYS[first]
    else if (PROVIDERS[first]) provider ??= PROVIDERS[first]
    else if (!['models', 'accounts', 'accounts/fireworks', 'deployments', 'fireworks', 'tunedmodels'].includes(first)) provider ??= first
    name = parts.slice(1).join('/')
  }

  if (REGION.test(name)) {
    via ??= 'bedrock'
    name = name.replace(REGION, '')
  }
  const maker = MAKER_DOT.exec(name)
  if (maker) {
    via ??= 'bedrock'
    provider ??= PROVIDERS[maker[1] as string]
    name = name.slice(maker[0].length)
  }
  // Bedrock's version of its own wrapper; OpenRouter's variants
  name = name.replace(/-v\d+:\d+(?::\w+)?$/, '').replace(/:(?:free|beta|nitro|floor|online|extended|thinking|latest)$/, '')
  // a marker of the client's, as `claude-opus-4-6[1m]`
  name = name.replace(/\[[^\]]*\]$/, '')

  const { bare, snapshot } = withoutSnapshot(name)
  name = canonical(bare)
  provider ??= FAMILIES.find(([pattern]) => pattern.test(name))?.[1]
  return {
    name,
    ...(provider === undefined ? {} : { provider }),
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(via === undefined ? {} : { via }),
    given,
  }
}

/** `-20250929`, `@20250929`, `-2024-08-06`, Google's `-002`, and words that mean the newest. */
function withoutSnapshot(name: string): { bare: string; snapshot: string | undefined } {
  const date = /[-@](20\d{2})-?([01]\d)-?([0-3]\d)$/.exec(name)
  if (date) return { bare: name.slice(0, date.index), snapshot: `${date[1]}-${date[2]}-${date[3]}` }
  const google = /^(gem(?:ini|ma)-.*)-(00\d)$/.exec(name)
  if (google) return { bare: google[1] as string, snapshot: google[2] }
  const preview = /^(gemini-.*?)-(?:preview|exp)-(\d{2})-(\d{2})$/.exec(name)
  if (preview) return { bare: preview[1] as string, snapshot: `preview-${preview[2]}-${preview[3]}` }
  return { bare: name.replace(/[-@](?:latest|default)$/, ''), snapshot: undefined }
}

/** Anthropic's names were turned around with the fourth generation, and some write a dot for a hyphen. */
function canonical(name: string): string {
  if (!name.startsWith('claude')) return name
  const hyphens = name.replace(/(\d)\.(\d)/g, '$1-$2')
  // claude-4-5-sonnet, claude-4-sonnet -> claude-sonnet-4-5, claude-sonnet-4
  const turned = /^claude-(4(?:-\d)?|5(?:-\d)?)-(opus|sonnet|haiku)(.*)$/.exec(hyphens)
  return turned ? `claude-${turned[2]}-${turned[1]}${turned[3] ?? ''}` : hyphens.replace(/^(claude-(?:opus|sonnet|haiku)-\d)-0$/, '$1')
}
