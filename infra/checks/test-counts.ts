import { readFileSync } from 'node:fs';

import { z } from 'zod';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** Seconds by file, in no order. */
  seconds: Record<string, number>;
}

export const noTests: TestCounts = { passed: 0, failed: 0, skipped: 0, seconds: {} };

export function sumCounts(left: TestCounts, right: TestCounts): TestCounts {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    seconds: { ...left.seconds, ...right.seconds },
  };
}

const vitestReportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(z.unknown()),
    }),
  ),
});

/** Counts of vitest's JSON report. A file that could not be loaded has no tests to fail, and counts as one failure. */
export function vitestCounts(reportFile: string): TestCounts {
  const report = vitestReportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
    seconds: Object.fromEntries(
      report.testResults.map(({ name, startTime, endTime }) => [name, Math.max(0, endTime - startTime) / 1000]),
    ),
  };
}

/** Counts of pytest's JUnit report, from the attributes of its one <testsuite>. */
export function pytestCounts(reportFile: string): TestCounts {
  const xml = readFileSync(reportFile, 'utf8');
  const suite = /<testsuite\s[^>]*>/.exec(xml)?.[0] ?? '';
  const count = (name: string): number => Number(new RegExp(`\\s${name}="([\\d.]+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const seconds: Record<string, number> = {};
  for (const [, testClass = '', time = '0'] of xml.matchAll(/<testcase classname="([^"]*)"[^>]*\stime="([\d.]+)"/g)) {
    const file = `${testClass.split('.').join('/')}.py`;
    seconds[file] = (seconds[file] ?? 0) + Number(time);
  }
  return { passed: count('tests') - failed - count('skipped'), failed, skipped: count('skipped'), seconds };
}
