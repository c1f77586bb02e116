import { formatLaws } from '../testing/format-laws'
import { copilotCli } from '.'

formatLaws(copilotCli, { grows: true })
