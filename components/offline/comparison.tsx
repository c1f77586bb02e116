import { SharedCompare } from '@/components/compare/shared-compare'
import { KEPT_PATH } from './answers'
import { begin } from './begin'

begin(({ view }) => <SharedCompare path={KEPT_PATH} view={view} />)
