import type { z } from 'zod'

/** True: the schema accepts the value and gives it back as it is. False: perhaps; ask the schema. */
export type QuickCheck = (value: unknown) => boolean

/**
 * A schema as plain comparisons. zod copies and explains, which takes most of the time of a batch;
 * almost every event needs neither. What this does not know (transforms, records) it leaves to zod,
 * so the schema stays the one definition: a change of it can make this slower, never wrong.
 */
export function quickCheck(schema: z.core.$ZodType): QuickCheck {
  const { def } = schema._zod
  if (def.type !== 'object' && def.type !== 'union' && def.type !== 'optional' && (def.checks ?? []).some((check) => !isKnown(check))) return never
  switch (def.type) {
    case 'object':
      return isDef<z.core.$ZodObjectDef>(def) ? objectCheck(def) : never
    case 'union':
      return unionCheck(def as z.core.$ZodUnionDef)
    case 'optional': {
      const inner = quickCheck((def as z.core.$ZodOptionalDef).innerType)
      return (value) => value === undefined || inner(value)
    }
    case 'string':
      return stringCheck(def.checks ?? [])
    case 'number':
      return numberCheck(def.checks ?? [])
    case 'boolean':
      return (value) => typeof value === 'boolean'
    case 'literal': {
      const { values } = def as z.core.$ZodLiteralDef<z.core.util.Literal>
      const only = values.length === 1 ? values[0] : undefined
      return only === undefined ? (value) => values.includes(value as z.core.util.Literal) : (value) => value === only
    }
    case 'enum': {
      const values = new Set<unknown>(Object.values((def as z.core.$ZodEnumDef).entries))
      return (value) => values.has(value)
    }
    case 'array': {
      const element = quickCheck((def as z.core.$ZodArrayDef).element)
      const { least, most } = bounds(def.checks ?? [])
      return (value) => Array.isArray(value) && value.length >= least && value.length <= most && value.every(element)
    }
    case 'pipe':
      return pipeCheck(def as z.core.$ZodPipeDef)
    default:
      return never
  }
}

const never: QuickCheck = () => false

function isDef<T>(_def: unknown): _def is T {
  return true
}

/** Only strict objects: others drop or keep what they do not know. */
function objectCheck(def: z.core.$ZodObjectDef): QuickCheck {
  if (def.catchall?._zod.def.type !== 'never' || (def.checks ?? []).length > 0) return never
  const fields = new Map<string, QuickCheck>()
  let needed = 0
  const required = new Set<string>()
  for (const [key, schema] of Object.entries(def.shape)) {
    fields.set(key, quickCheck(schema))
    if (schema._zod.optin === 'optional') continue
    required.add(key)
    needed++
  }
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    let seen = 0
    for (const key in value) {
      const check = fields.get(key)
      if (!check?.((value as Record<string, unknown>)[key])) return false
      if (required.has(key)) seen++
    }
    return seen === needed
  }
}

function unionCheck(def: z.core.$ZodUnionDef): QuickCheck {
  if ((def.checks ?? []).length > 0) return never
  const { discriminator } = def as { discriminator?: string }
  if (discriminator === undefined) {
    const options = def.options.map(quickCheck)
    return (value) => options.some((option) => option(value))
  }
  const options = new Map<unknown, QuickCheck>()
  for (const option of def.options) {
    const tag = (option._zod.def as z.core.$ZodObjectDef).shape?.[discriminator]?._zod.def
    if (tag?.type !== 'literal') return never
    for (const value of (tag as z.core.$ZodLiteralDef<z.core.util.Literal>).values) options.set(value, quickCheck(option))
  }
  return (value) => {
    if (typeof value !== 'object' || value === null) return false
    const check = options.get((value as Record<string, unknown>)[discriminator])
    return check?.(value) ?? false
  }
}

/** A time that is a number already; a text has to be turned into one, which is zod's to do. */
function pipeCheck(def: z.core.$ZodPipeDef): QuickCheck {
  const input = def.in._zod.def
  const isTime =
    input.type === 'union' &&
    (input as z.core.$ZodUnionDef).options.some((option) => option._zod.def.type === 'number') &&
    def.out._zod.def.type === 'transform'
  // Far inside what the transform lets through as it is (±8.64e15, lib/core/event.ts).
  return isTime ? (value) => typeof value === 'number' && value >= 0 && value <= 8e15 : never
}

type Checks = readonly z.core.$ZodCheck<never>[]

interface CheckDef {
  check: string
  minimum?: number
  maximum?: number
  value?: number
  inclusive?: boolean
  format?: string
  pattern?: RegExp
  fn?: (value: unknown) => unknown
}

const defOf = (check: z.core.$ZodCheck<never>) => check._zod.def as unknown as CheckDef

const KNOWN = new Set(['min_length', 'max_length', 'string_format', 'custom', 'number_format', 'greater_than', 'less_than'])

function isKnown(check: z.core.$ZodCheck<never>): boolean {
  return KNOWN.has(defOf(check).check)
}

function bounds(checks: Checks): { least: number; most: number } {
  let least = 0
  let most = Number.POSITIVE_INFINITY
  for (const { check, minimum, maximum } of checks.map(defOf)) {
    if (check === 'min_length') least = Math.max(least, minimum ?? 0)
    if (check === 'max_length') most = Math.min(most, maximum ?? most)
  }
  return { least, most }
}

function stringCheck(checks: Checks): QuickCheck {
  const { least, most } = bounds(checks)
  const tests: ((text: string) => unknown)[] = []
  for (const { check, pattern, fn } of checks.map(defOf)) {
    if (check === 'string_format') {
      if (!pattern || pattern.global || pattern.sticky) return never
      tests.push((text) => pattern.test(text))
    }
    if (check === 'custom') {
      if (!fn) return never
      tests.push(fn)
    }
  }
  return (value) => {
    if (typeof value !== 'string' || value.length < least || value.length > most) return false
    for (const test of tests) if (!test(value)) return false
    return true
  }
}

function numberCheck(checks: Checks): QuickCheck {
  let whole = false
  let least = Number.NEGATIVE_INFINITY
  let most = Number.POSITIVE_INFINITY
  for (const { check, value, inclusive, format } of checks.map(defOf)) {
    if (check === 'number_format') {
      if (format !== 'safeint') return never
      whole = true
    } else if (check === 'greater_than' && inclusive) least = Math.max(least, Number(value))
    else if (check === 'less_than' && inclusive) most = Math.min(most, Number(value))
    else return never
  }
  return (value) => typeof value === 'number' && (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) && value >= least && value <= most
}
