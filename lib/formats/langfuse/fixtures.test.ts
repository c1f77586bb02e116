import { formatLaws } from '../testing/format-laws'
import { langfuse } from '.'

formatLaws(langfuse)
