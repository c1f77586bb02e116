import { detectAll, type Detector, newDetector } from '../core/detect/detector'
import type { Event } from '../core/event'
import type { DetectorParameters, Intervention } from '../core/interventions'
import type { TextOf } from '../core/detect/text'
import { loadUnitReader } from './unit-reader'

// Awaited while the program loads, so that no log is ever read with one reader here and another there.
const units = await loadUnitReader()

/** A detector that knows logical units as their languages' parsers see them: what ingest, import and analyze use. */
export function newParsingDetector(parameters?: DetectorParameters): Detector {
  return newDetector(parameters, units)
}

/** Findings of a whole log, in any order, by the same detector. */
export function detectWithParsers(events: readonly Event[], text?: TextOf, parameters?: DetectorParameters): Intervention[] {
  return detectAll(events, text, parameters, units)
}
