import { formatLaws } from '../testing/format-laws'
import { autogen } from '.'

formatLaws(autogen)
