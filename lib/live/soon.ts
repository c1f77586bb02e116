let channel: MessageChannel | undefined
const waiting: (() => void)[] = []

/** Runs it as soon as nothing else is under way, in the order given. In a browser: a timer would wait some milliseconds longer. */
export function soon(run: () => void): void {
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.onmessage = () => waiting.shift()?.()
  }
  waiting.push(run)
  channel.port2.postMessage(null)
}
