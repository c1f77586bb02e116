import { formatLaws } from '../testing/format-laws'
import { codex } from '.'

formatLaws(codex, { grows: true })
