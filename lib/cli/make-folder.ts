import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those it lies in; harmless where it is there. Node's own `recursive` is not used: where a folder can be seen but not written into
 * (/proc) it tries for ever, and on a file system that is mounted read-only, or behind a link to nothing, it says only that something is missing.
 * Throws what the system says of the folder that could not be made (EACCES, EROFS, ENOTDIR, ENOENT ...).
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  const made = await tryToMake(path, mode)
  if (made !== 'parent-missing') return
  if (dirname(path) === path) throw Object.assign(new Error(`${path} does not exist`), { code: 'ENOENT' })
  await makeFolder(dirname(path), mode)
  if ((await tryToMake(path, mode)) === 'parent-missing') throw Object.assign(new Error(`${path} cannot be made where it lies`), { code: 'ENOENT' })
}

async function tryToMake(path: string, mode: number): Promise<'there' | 'parent-missing'> {
  try {
    await mkdir(path, { mode })
    return 'there'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'parent-missing'
    // A link to a folder is one; a link to nothing exists and is none.
    if ((code === 'EEXIST' || code === 'EISDIR') && (await stat(path)).isDirectory()) return 'there'
    throw error
  }
}
