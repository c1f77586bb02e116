import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { findHolder } from '../store/postgres/folder-lock'

/** Where everything of the user's lies: BACKSEAT_HOME, or the place that the system has for programs' data. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.BACKSEAT_HOME) return resolve(env.BACKSEAT_HOME)
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Backseat')
  if (process.platform === 'win32') return join(env.LOCALAPPDATA || join(homedir(), 'AppData/Local'), 'Backseat')
  return join(env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'backseat')
}

/** Held for as long as a Backseat runs on the folder; its note is the server's address. */
export const homeLock = (home: string) => join(home, 'backseat.lock')

/** The address of the Backseat that runs on this data folder: undefined when none does, or when it has only begun to start. */
export async function findRunningAddress(home: string = homeFolder()): Promise<string | undefined> {
  return (await findHolder(homeLock(home)))?.note
}
