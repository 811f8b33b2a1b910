import { describe, expect, test } from '@jest/globals';
import { answerTo, pastedReports } from './pasted-reports.ts';

describe.each([
  ['pasted-reports.txt', 152, 0.72, 0.86],
  ['further-pasted-reports.txt', 60, 0.62, 0.88],
] as const)('%s', (file, count, ofPods, ofOthers) => {
  const judged = pastedReports(file).map(report => ({ report, answer: answerTo(report) }));

  test('misleads in no report', () => {
    expect(judged.length).toBeGreaterThanOrEqual(count);
    const misled = judged.filter(({ answer }) => answer === 'misled');
    expect(misled.map(({ report }) => `${report.source}: ${report.cause}`)).toEqual([]);
  });

  test.each([
    ['of pods', true, ofPods],
    ['of other matters', false, ofOthers],
  ] as const)('those %s are answered exactly as often as they were', (_, isOfPods, least) => {
    const list = judged.filter(({ report }) => (report.told !== undefined) === isOfPods);
    const exact = list.filter(({ answer }) => answer === 'exact');
    expect(exact.length / list.length).toBeGreaterThanOrEqual(least);
  });
});
