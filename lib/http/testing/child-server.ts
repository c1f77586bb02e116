import { createServer } from 'node:http'
import { createBackend } from '../backend'

// The backend in a process of its own, for tests and benches that kill or measure it: DATABASE_URL and PORT come by the environment.
const backend = await createBackend({ databaseUrl: process.env.DATABASE_URL ?? '' })
const server = createServer((request, response) => backend.handle(request, response))
backend.attach(server)
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'))

process.on('SIGTERM', () => {
  void backend.close().then(() => {
    server.closeAllConnections()
    server.close(() => process.exit(0))
  })
})
// Whoever started this process is gone.
process.on('disconnect', () => process.exit(1))
