import { describe, expect, test } from '@jest/globals';
import { type ClueId, clues, cluesIn } from '../../lib/explain/clues.ts';
import { knownMessages } from '../../lib/explain/explain-message.ts';
import type { Cause } from '../../lib/explain/known-message.ts';
import { isDecided, orderCauses } from '../../lib/explain/order-causes.ts';

const cause = (text: string, parts: Partial<Cause> = {}): Cause => ({ text, rules: [], tell: '', ...parts });
const order = (causes: readonly Cause[], found: readonly ClueId[] = []) =>
  orderCauses(causes, new Set(found)).map(({ text }) => text);

describe('the causes of a message for a text', () => {
  test('keep the order of their rates where no sign is found', () => {
    expect(order([cause('a'), cause('b', { likelier: ['controller'] })])).toEqual(['a', 'b']);
  });

  test('move by two places with a sign', () => {
    const causes = [cause('a'), cause('b'), cause('c', { likelier: ['controller'] }), cause('d')];
    expect(order(causes, ['controller'])).toEqual(['a', 'c', 'b', 'd']);
    expect(order([cause('a', { unlikelier: ['controller'] }), cause('b'), cause('c')], ['controller'])).toEqual([
      'b',
      'a',
      'c',
    ]);
  });

  test('begin with the one that a sign decides for, from any place', () => {
    const last = cause('z', { decisive: ['node-is-silent'], unlikelier: ['variables-set'] });
    expect(order([...'abcdefg'].map(text => cause(text)).concat(last), ['node-is-silent', 'variables-set'])[0]).toBe(
      'z',
    );
  });

  test('tell the signs that speak for them', () => {
    const [first] = orderCauses([cause('a', { likelier: ['controller', 'java-v1'] })], new Set<ClueId>(['controller']));
    expect(first?.seen).toEqual([clues.controller.says]);
    const both = cause('a', { likelier: ['controller'], decisive: ['controller'] });
    expect(orderCauses([both], new Set<ClueId>(['controller']))[0]?.seen).toEqual([clues.controller.says]);
  });
});

test('every sign moves a cause', () => {
  const used = new Set(
    knownMessages.flatMap(({ causes }) =>
      causes.flatMap(({ likelier = [], unlikelier = [], decisive = [] }) => [...likelier, ...unlikelier, ...decisive]),
    ),
  );
  expect(Object.keys(clues).filter(id => !used.has(id as ClueId))).toEqual([]);
});

test.each([
  ['AWS_ROLE_ARN: arn:aws:iam::111122223333:role/app is in the pod', 'variables-set'],
  ['We renamed the IAM role of the controller', 'role-changed'],
  ['GET http://169.254.169.254/latest/: context deadline exceeded', 'node-is-silent'],
  ['it works in 1.2, after an upgrade to 1.3 it does not', 'after-update'],
] as const)('%s', (text, id) => {
  expect([...cluesIn(text)]).toContain(id);
});

test.each([
  ['environment variables are set in the pod', 'variables-set'],
  ['aws sts get-caller-identity in the pod works', 'variables-set'],
  ['other pods with it work', 'role-set-up'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE is not there', 'variables-unset'],
  ['failed to load credentials from imds', 'node-is-silent'],
  ['a crontab starts it', 'cron'],
  ['com.amazonaws.SdkClientException: Unable to load', 'java-v1'],
  ['the add-on eks-pod-identity-agent runs', 'pod-identity'],
] as const)('%s: a further form of a sign', (text, id) => {
  expect([...cluesIn(text)]).toContain(id);
});

test.each([
  ['kind: CronJob apiVersion: batch/v1', 'cron'],
  ['com.amazonaws.services.eks.AmazonEKSException', 'java-v1'],
  ['the eks-pod-identity-webhook runs', 'pod-identity'],
  ['the pod identity webhook runs', 'pod-identity'],
  ['imds of the pod answers at once', 'node-is-silent'],
] as const)('%s: no sign', (text, id) => {
  expect([...cluesIn(text)]).not.toContain(id);
});

test('a text of a megabyte is read in a moment', () => {
  const text = 'level=info msg="AWS_ROLE_ARN role of the pod, not the node, after an update" '.repeat(14_000);
  const from = performance.now();
  cluesIn(text);
  expect(performance.now() - from).toBeLessThan(3000);
});

test('the limit in the URL of the webhook is no call that timed out', () => {
  const call =
    'failed calling webhook "pod-identity-webhook.amazonaws.com": Post "https://x.svc:443/mutate?timeout=10s": dial tcp';
  expect(cluesIn(`${call} 100.64.59.214:443: connect: connection refused`)).not.toContain('webhook-timed-out');
  expect(cluesIn(`${call} 100.64.59.214:443: i/o timeout`)).toContain('webhook-timed-out');
});

test('a text decides for one cause where its signs leave one', () => {
  const [mesh, node] = [cause('a', { decisive: ['mesh'] }), cause('b', { decisive: ['node-is-silent'] })];
  const decided = (causes: readonly Cause[], ...found: readonly ClueId[]) => isDecided(causes, new Set(found));
  expect([
    decided([mesh, node], 'mesh'),
    decided([node, mesh], 'mesh'),
    decided([mesh, node], 'mesh', 'node-is-silent'),
    decided([mesh, node]),
    decided([mesh]),
    decided([]),
  ]).toEqual([true, false, false, false, true, false]);
});
