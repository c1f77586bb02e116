/**
 * Why "mean tokens before interruption" over interrupted tasks is no measure of pace. With a constant
 * hazard 1/theta and equal tasks of `length` tokens the mean over those interrupted is
 * theta - length e^(-length/theta) / (1 - e^(-length/theta)): between 0 and length/2, and hardly
 * moving once interruptions are rare. Derived by integration by parts of t e^(-t/theta) / theta.
 */
export function interruptedMean(
  theta: number,
  length: number,
): { interrupted: number; naiveMean: number; mean: number; median: number; restrictedMean: number } {
  const interrupted = -Math.expm1(-length / theta)
  return {
    interrupted,
    naiveMean: theta - (length * Math.exp(-length / theta)) / interrupted,
    mean: theta,
    median: theta * Math.LN2,
    restrictedMean: theta * interrupted,
  }
}
