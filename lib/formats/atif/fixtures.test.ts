import { formatLaws } from '../testing/format-laws'
import { atif } from '.'

formatLaws(atif)
