import { formatLaws } from '../testing/format-laws'
import { geminiCli } from '.'

formatLaws(geminiCli, { grows: true })
