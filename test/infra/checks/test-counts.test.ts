import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { pytestCounts, sumCounts, vitestCounts } from '../../../infra/checks/test-counts.js';
import { scratchFolder } from '../scratch-folder.js';

function file(content: string): string {
  const path = join(scratchFolder(), 'report');
  writeFileSync(path, content);
  return path;
}

test('a vitest file that could not be loaded counts as a failure', () => {
  const result = { name: '/a.test.ts', startTime: 1000, endTime: 3500 };
  const report = {
    numPassedTests: 2,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      { ...result, status: 'failed', assertionResults: [{}] },
      { ...result, name: '/b.test.ts', status: 'failed', assertionResults: [] },
    ],
  };
  expect(vitestCounts(file(JSON.stringify(report)))).toEqual({
    passed: 2,
    failed: 2,
    skipped: 2,
    seconds: { '/a.test.ts': 2.5, '/b.test.ts': 2.5 },
  });
});

test('pytest failures, errors and skips are told apart from what passed', () => {
  const xml = `<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="4.2" timestamp="x">
    <testcase classname="test.trainer.test_loss" name="a" time="1.5" /><testcase classname="test.trainer.test_loss" name="b" time="0.5" />
    </testsuite></testsuites>`;
  expect(pytestCounts(file(xml))).toEqual({
    passed: 4,
    failed: 3,
    skipped: 3,
    seconds: { 'test/trainer/test_loss.py': 2 },
  });
});

test('counts of both runners add up', () => {
  const one = { passed: 1, failed: 2, skipped: 3, seconds: { a: 1 } };
  expect(sumCounts(one, { ...one, seconds: { b: 2 } })).toEqual({
    passed: 2,
    failed: 4,
    skipped: 6,
    seconds: { a: 1, b: 2 },
  });
});
