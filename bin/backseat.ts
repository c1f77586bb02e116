import { main } from '../lib/cli/main'

await main(process.argv, {
  // Loaded by `start` only: the other commands need neither Next nor the server.
  serve: async (options) => (await import('../server')).serve(options),
})
