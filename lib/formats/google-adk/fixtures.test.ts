import { formatLaws } from '../testing/format-laws'
import { googleAdk } from '.'

formatLaws(googleAdk)
