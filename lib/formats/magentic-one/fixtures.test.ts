import { formatLaws } from '../testing/format-laws'
import { magenticOne } from '.'

formatLaws(magenticOne)
