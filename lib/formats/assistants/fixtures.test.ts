import { formatLaws } from '../testing/format-laws'
import { assistants } from '.'

formatLaws(assistants)
