import { formatLaws } from '../testing/format-laws'
import { sweAgent } from '.'

formatLaws(sweAgent)
