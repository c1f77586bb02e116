import { formatLaws } from '../testing/format-laws'
import { openhands } from '.'

formatLaws(openhands)
