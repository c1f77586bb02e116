import { isRecord, type JsonRecord, text } from '../foreign'

/** The command line of a call of Codex's shell tools, whichever of its names and shapes. */
export function commandOf(name: string, input: JsonRecord | string | undefined): string | undefined {
  if (!isRecord(input)) return undefined
  if (!['exec_command', 'shell', 'shell_command', 'local_shell', 'container.exec', 'unified_exec'].includes(name)) return undefined
  const given = input.cmd ?? input.command
  if (typeof given === 'string') return given
  if (!Array.isArray(given)) return undefined
  const words = given.filter((one): one is string => typeof one === 'string')
  // ["bash", "-lc", "…"]: what is run is the last word
  return words.length === 3 && /(^|\/)(ba|z)?sh$/.test(words[0] ?? '') && /^-[a-z]*c$/.test(words[1] ?? '') ? words[2] : words.join(' ')
}

export function folderOf(input: JsonRecord | string | undefined): string | undefined {
  return text(input, 'workdir') ?? text(input, 'cwd')
}

export interface Answer {
  text: string
  failed: boolean | undefined
  aborted: boolean
}

/** A call's output: a text, a JSON text with an exit code, or content blocks. */
export function answerOf(output: unknown): Answer {
  if (isRecord(output) && typeof output.content === 'string')
    return { ...answerOf(output.content), ...(typeof output.success === 'boolean' ? { failed: !output.success } : {}) }
  if (Array.isArray(output)) {
    const parts = output.map((part) => text(part, 'text') ?? (text(part, 'image_url') === undefined ? '' : '[image]'))
    return answerOf(parts.filter((part) => part !== '').join('\n'))
  }
  if (typeof output !== 'string') return { text: output === undefined || output === null ? '' : JSON.stringify(output), failed: undefined, aborted: false }
  let body = output
  let code = /^(?:.*\n){0,4}?(?:Process exited with code|Exit code:) (-?\d+)/.exec(output)?.[1]
  if (output.startsWith('{')) {
    try {
      const value: unknown = JSON.parse(output)
      if (isRecord(value) && typeof value.output === 'string') {
        body = value.output
        const exit = isRecord(value.metadata) ? value.metadata.exit_code : undefined
        if (typeof exit === 'number') code = String(exit)
      }
    } catch {
      // a text that only begins like JSON
    }
  }
  const aborted = /^aborted by user/i.test(output.trim())
  return { text: body, failed: code === undefined ? undefined : code !== '0', aborted }
}
