import { writeFile } from 'node:fs/promises'

/** Writes which tests passed only when they were tried again, for scripts/test.mjs to name: UNSTEADY_REPORT says where. */
export default class UnsteadyReporter {
  titles = []

  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky) this.titles.push(`${test.module.relativeModuleId} > ${test.fullName}`)
  }

  async onTestRunEnd() {
    if (process.env.UNSTEADY_REPORT) await writeFile(process.env.UNSTEADY_REPORT, JSON.stringify(this.titles))
  }
}
