import { formatLaws } from '../testing/format-laws'
import { devin } from '.'

formatLaws(devin)
