import { expect, test } from '@jest/globals';
import { podRules } from '../../../lib/rules/pod/rules.ts';
import { aPod } from '../../support/example-cluster.ts';
import { withPods, worldOf } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { annotatedAt, fixOf, foreignTrust, ofRole, other, run, stalePod, withOther } from './worlds.ts';

const awsOrder = ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
const regions = ['AWS_STS_REGIONAL_ENDPOINTS', 'AWS_DEFAULT_REGION', 'AWS_REGION'];
const ordered = (...awsVariables: readonly string[]) => {
  const pod = stalePod('2026-10-01T00:00:00Z');
  return worldOf(withPods({ ...pod, containers: pod.containers.map(one => ({ ...one, awsVariables })) }));
};

run('pod-role-stale', [
  [
    'takes a role that stands before what the webhook appends as set by hand',
    ordered(...awsOrder, ...regions),
    ['low byHand'],
  ],
  ['takes a role that the webhook appended as old', ordered(...regions, ...awsOrder), ['high stale']],
  [
    'reports a pod that is older than the annotation',
    annotatedAt('2026-10-02T00:00:00Z', stalePod('2026-10-01T00:00:00Z')),
    ['high stale'],
  ],
  [
    'reports a pod that was created right after it',
    annotatedAt('2026-10-01T00:00:00Z', stalePod('2026-10-01T00:09:00Z')),
    ['high stale'],
  ],
  [
    'takes a pod that was created eleven minutes after it as set by hand',
    annotatedAt('2026-10-01T00:00:00Z', stalePod('2026-10-01T00:11:00Z')),
    ['low byHand'],
  ],
  [
    'takes a pod that is long newer as set by hand',
    annotatedAt('2026-09-01T00:00:00Z', stalePod('2026-10-01T00:00:00Z')),
    ['low byHand'],
  ],
  ['reports a pod of unknown age', annotatedAt('2026-09-01T00:00:00Z', stalePod(undefined)), ['high stale']],
  [
    'reports a pod beside an annotation of unknown age',
    annotatedAt(undefined, stalePod('2026-10-01T00:00:00Z')),
    ['high stale'],
  ],
  [
    'reports a newer pod beside one that is older',
    annotatedAt('2026-09-01T00:00:00Z', stalePod('2026-10-01T00:00:00Z'), stalePod('2026-08-01T00:00:00Z', 'b')),
    ['high stale'],
  ],
  [
    'is silent for a lone AWS_ROLE_ARN: the webhook sets both variables or none',
    worldOf(withPods(aPod({ containers: [ofRole(other, { awsVariables: ['AWS_ROLE_ARN'] })] }))),
    [],
  ],
  [
    'is silent for a token that somebody mounted elsewhere',
    worldOf(
      withPods(
        aPod({
          containers: [
            ofRole(other, {
              irsaEnvironment: { AWS_ROLE_ARN: other, AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/own/token' },
              mounts: { own: '/var/run/own' },
            }),
          ],
        }),
      ),
    ),
    [],
  ],
]);

test('a restart does not change what the template of a pod says', () => {
  const facts = annotatedAt('2026-09-01T00:00:00Z', stalePod('2026-10-01T00:00:00Z'));
  expect(fixOf('pod-role-stale', facts)).toMatchObject({ commands: [], choice: expect.any(String) });
});

test('an old role that refuses its pods is told once, as old', () => {
  const facts = worldOf(withPods(withOther({ createdAt: '2026-01-01T00:00:00Z' })), foreignTrust);
  expect(
    evaluate(facts, { rules: podRules }).findings.map(({ ruleId, explains }) => [
      ruleId,
      explains.map(one => one.ruleId),
    ]),
  ).toEqual([['pod-role-stale', ['pod-role-not-trusting']]]);
});
