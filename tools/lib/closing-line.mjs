/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/**
 * Counts the tests of a Vitest JSON report. A file that could not be loaded counts as one failed test.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @returns {Tally}
 */
export function tally({ testResults }) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of testResults) {
    for (const test of assertionResults) counts[kindOf(test.status)] += 1;
    const hasFailure = assertionResults.some((test) => test.status === 'failed');
    if (status === 'failed' && !hasFailure) counts.failed += 1;
  }
  return counts;
}

/**
 * The last line of a test run.
 * @param {Tally} counts
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * What is wrong with a run that its tests do not show; undefined if nothing is.
 * @param {Tally} counts
 * @param {number} exitCode Vitest's.
 */
export function hiddenTrouble({ passed, failed }, exitCode) {
  if (failed > 0) return undefined;
  if (passed === 0) return 'No test was run.';
  return exitCode === 0
    ? undefined
    : `Vitest ended with code ${exitCode} although no test failed: see the errors above.`;
}

function kindOf(status) {
  if (status === 'passed' || status === 'failed') return status;
  return 'skipped';
}
