import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import type { AssumeEvents } from '../../lib/model/runtime.ts';
import type { WhyContext } from '../../lib/why/why-context.ts';
import { lastCall } from '../../lib/why/why-last-call.ts';
import { aFinding } from '../report/sample-report.ts';
import { aPod } from '../support/example-cluster.ts';
import { aRole, someFacts } from '../support/example-world.ts';

const roleArn = aRole().arn;
const subject = 'system:serviceaccount:checkout:cart';
const failure = (lastAt: string) => ({ errorCode: 'AccessDenied', errorMessage: 'Not authorized', count: 1, lastAt });
const calls = (over: Partial<AssumeEvents> = {}): AssumeEvents => ({
  ...{ roleArn, subject, region: 'eu-west-1', successes: 1, failures: [], userAgents: [], verificationMethods: [] },
  ...{ lastAt: '2026-11-01T05:00:00.000Z', ...over },
});
const failing = (about: string, id: string) =>
  aFinding({ id: id.repeat(32), ruleId: 'runtime-assume-failing', discriminator: about });
const read = (events: readonly AssumeEvents[]) =>
  lastCall({
    facts: someFacts({
      runtime: complete({ from: '2026-10-31T06:00:00.000Z', to: '2026-11-01T06:00:00.000Z', events }),
    }),
    ...{ roleArn, accountName: 'cart', target: { kind: 'ServiceAccount', namespace: 'checkout', name: 'cart' } },
    verdictsOf: () => [],
    findings: [failing('system:serviceaccount:checkout:other', 'a'), failing(subject, 'b')],
  } as unknown as WhyContext);

test('calls of another account, or for another role, are not its calls', () => {
  const others = [calls({ subject: 'system:serviceaccount:checkout:other' }), calls({ roleArn: `${roleArn}-2` })];
  expect(read(others)).toEqual({
    unread: 'no call since 2026-10-31T06:00:00.000Z, which proves nothing',
    optional: true,
  });
});

test('the last call decides; one of the same instant that was refused counts as refused', () => {
  const [early, late] = ['2026-11-01T04:00:00.000Z', '2026-11-01T05:00:00.000Z'];
  expect(read([calls({ lastAt: late, failures: [failure(early)] })])).toEqual({
    seen: `${late}: credentials were given`,
  });
  expect(read([calls({ lastAt: late, failures: [failure(late)] })])).toMatchObject({
    seen: `${late}: refused, AccessDenied`,
    fault: { id: 'b'.repeat(32) },
  });
});

test('no call in the window is no all-clear for a role that old pods have and that was never used', () => {
  const unused = (lastUse: string | undefined, createdAt: string) =>
    lastCall({
      facts: someFacts({
        runtime: complete({ from: '2026-10-31T06:00:00.000Z', to: '2026-11-01T06:00:00.000Z', events: [] }),
      }),
      ...{ roleArn, accountName: 'cart', target: { kind: 'ServiceAccount', namespace: 'checkout', name: 'cart' } },
      ...{ verdictsOf: () => [], findings: [], lastUse: complete(lastUse), pods: [aPod({ createdAt })] },
    } as unknown as WhyContext);
  const nothing = { unread: 'no call since 2026-10-31T06:00:00.000Z, which proves nothing', optional: true };
  expect(unused(undefined, '2026-10-01T10:00:00.000Z')).toEqual({
    unread: expect.stringMatching(/^the role was never used, though cart-7d9f6c5b8-x2x4z has it since 2026-10-01: /),
  });
  expect(unused('2026-09-01T00:00:00.000Z', '2026-10-01T10:00:00.000Z')).toEqual(nothing);
  expect(unused(undefined, '2026-11-01T05:59:00.000Z')).toEqual(nothing);
});
