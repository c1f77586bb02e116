import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A server under measurement, in a process of its own. */
export interface Child {
  origin: string
  pid: number | undefined
  /** Takes no processor until it goes on, not even for what it has put off; nothing on Windows. */
  pause(): void
  goOn(): void
  stop(): Promise<void>
}

/** `program` tells by a message when it is ready. `profile`: folder for a CPU profile. */
export async function startChild(program: string, port: number, databaseUrl: string, profile?: string): Promise<Child> {
  const child: ChildProcess = fork(program, [], {
    env: { ...process.env, PORT: String(port), DATABASE_URL: databaseUrl },
    execArgv: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
  })
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${program} ended with ${String(code)}`)
    }),
  ])
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    if (process.platform !== 'win32') child.kill(name)
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid,
    pause: () => signal('SIGSTOP'),
    goOn: () => signal('SIGCONT'),
    async stop() {
      const exit = once(child, 'exit')
      // who is paused hears nothing else
      signal('SIGCONT')
      child.kill('SIGTERM')
      await exit
    },
  }
}
