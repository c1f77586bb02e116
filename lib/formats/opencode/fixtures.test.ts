import { formatLaws } from '../testing/format-laws'
import { opencode } from '.'

formatLaws(opencode)
