import fc from 'fast-check'

/**
 * Property tests begin from one seed, so that the same sources give the same result on every machine and a red
 * build is about the change in it. `FC_SEED=random` (or a number) looks elsewhere; a failure prints its seed.
 */
const wanted = process.env.FC_SEED ?? '20261123'
if (wanted !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) })
