import { expect, test } from '@jest/globals';
import { stepTo } from '../../lib/history/step-to.ts';
import { aFinding } from '../report/sample-report.ts';

const after = {
  ...{ finding: aFinding({ severity: 'low', owner: 'team-b' }), status: 'open' as const, version: 2, runId: 'r-2' },
  ...{ firstSeenAt: '2026-10-01T06:00:00.000Z', changedAt: '2026-11-02T06:00:00.000Z' },
};
const before = {
  ...after,
  ...{ finding: aFinding({ severity: 'high', owner: 'team-a' }), version: 1, runId: 'r-1' },
  changedAt: '2026-11-01T06:00:00.000Z',
};

test('a step is of the run that writes it, at the time of the change, and remembers how the finding was open', () => {
  expect(stepTo('changed', after, 'it is milder', before)).toEqual({
    ...{ kind: 'changed', at: after.changedAt, runId: 'r-2', summary: 'it is milder', before },
    after: { ...after, openAs: { severity: 'high', owners: ['team-a', 'team-b'] } },
  });
});

test('the first step has nothing before it', () => {
  expect(stepTo('opened', after, 'it is open', undefined)).toEqual({
    ...{ kind: 'opened', at: after.changedAt, runId: 'r-2', summary: 'it is open', after },
  });
});
