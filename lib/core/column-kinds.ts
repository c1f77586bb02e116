/** How a column is written; numbers are for ever within a version of the snapshot. */
export const STEPS = 1
export const FLOATS = 2
export const NAMES = 3
export const TEXTS = 4
export const CONTENTS = 5
export const JSONS = 6
export const REFERENCES = 7
export const SAME = 8
