import { SessionPage } from '@/components/sessions/page/session-page'
import { begin } from './begin'

begin((page) => (page.kind === 'session' ? <SessionPage sessionId={page.sessionId} /> : null))
