import type { Digest } from '../history/transition.ts';
import type { Finding } from '../model.ts';

/** A made-up digest for trying destinations: it says in each part that it is a test. `at` is ISO 8601. */
export const testDigest = (at: string): Digest => {
  const runId = `test-${at.replace(/[^0-9TZ]/g, '')}`;
  const finding: Finding = {
    id: '0'.repeat(32),
    ruleId: 'irsa-auditor-test',
    subject: 'arn:aws:iam::111122223333:role/test',
    discriminator: '',
    impact: 'exposes',
    severity: 'high',
    accountId: '111122223333',
    messageId: '',
    data: {},
    brief: 'a test',
    message: 'This is a test of irsa-auditor: nothing is wrong.',
    evidence: [],
    fix: { summary: 'Nothing to do: the alert arrived.', commands: ['irsa-auditor findings list'] },
    explains: [],
  };
  return {
    id: runId,
    runId,
    at,
    transitions: [
      {
        kind: 'opened',
        at,
        runId,
        after: { finding, status: 'open', version: 1, firstSeenAt: at, changedAt: at, runId },
        summary: 'test of irsa-auditor',
      },
    ],
    factChanges: [],
    openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
    gaps: 0,
    links: {},
  };
};
