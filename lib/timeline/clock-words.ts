import { printDuration } from './ticks'

/** "4.2 s behind": what a shift by so many ms says of the clock that it corrects. */
export function clockWords(shift: number): string {
  return `${printDuration(Math.abs(shift))} ${shift > 0 ? 'behind' : 'ahead'}`
}
