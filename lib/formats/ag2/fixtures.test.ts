import { formatLaws } from '../testing/format-laws'
import { ag2 } from '.'

formatLaws(ag2)
