import { describe, expect, test } from '@jest/globals';
import { podRules } from '../../../lib/rules/pod/rules.ts';
import { serviceAccountRules } from '../../../lib/rules/service-account/rules.ts';
import { webhookRules } from '../../../lib/rules/webhook/rules.ts';
import { recordedAccount } from '../../support/recorded-account.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const rules = [...serviceAccountRules, ...webhookRules, ...podRules];

/**
 * Every finding that the recorded cluster deserves, reviewed by hand against the recordings' README: where, which rule,
 * and why. Any object that is not in the table is healthy and must stay silent.
 */
const reviewed: readonly (readonly [where: string, rule: string, why: string])[] = [
  ['kube-system/default', 'service-account-on-default', 'role on-default-sa on the default account'],
  ['malformed/m-11-digits', 'service-account-role-arn-malformed', 'account has 11 digits'],
  ['malformed/m-13-digits', 'service-account-role-arn-malformed', 'account has 13 digits'],
  ['malformed/m-as-label', 'service-account-annotation-mistyped', 'label instead of annotation'],
  ['malformed/m-assumed-role', 'service-account-role-arn-malformed', 'ARN of a session'],
  ['malformed/m-blank', 'service-account-role-arn-malformed', 'one blank'],
  ['malformed/m-empty', 'service-account-role-arn-malformed', 'empty: its pod is rightly not injected'],
  ['malformed/m-instance-profile', 'service-account-role-arn-malformed', 'instance profile'],
  ['malformed/m-name-only', 'service-account-role-arn-malformed', 'a name, not an ARN'],
  ['malformed/m-no-account', 'service-account-role-arn-malformed', 'no account'],
  ['malformed/m-placeholder', 'service-account-role-arn-malformed', '<ACCOUNT_ID> was never filled in'],
  ['malformed/m-policy', 'service-account-role-arn-malformed', 'policy'],
  ['malformed/m-shell-var', 'service-account-role-arn-malformed', 'a shell variable that was never filled in'],
  ['malformed/m-trailing-space', 'service-account-role-arn-malformed', 'white space at the end'],
  ['malformed/m-upper', 'service-account-role-arn-malformed', 'upper case'],
  ['malformed/m-user', 'service-account-role-arn-malformed', 'user'],
  ['malformed/m-wrong-key-case', 'service-account-annotation-mistyped', 'Role-ARN'],
  ['malformed/m-wrong-key-underscore', 'service-account-annotation-mistyped', 'role_arn'],
  ['malformed/m-wrong-prefix', 'service-account-annotation-mistyped', 'eks.amazonaws.co'],
  ['team-a/Pod/late-before/late', 'pod-not-injected', 'made before the annotation; late-after has it'],
  ['team-a/Pod/pod-expiration/good', 'pod-option-ignored', 'asked for 60 s, got 600 s'],
  ['team-a/Pod/role-on-pod/default', 'pod-annotation-ignored', 'the role is annotated on the pod'],
  ['team-a/Pod/rotated-before/rotated', 'pod-role-stale', 'role/old, the annotation says role/new'],
  ['team-a/Pod/skip-container/good', 'pod-container-uncovered', 'skip-containers: sidecar,init'],
  ['team-a/Pod/static-keys/good', 'pod-static-credentials', 'AWS_ACCESS_KEY_ID stands beside the role'],
  ['team-b/china', 'service-account-role-arn-malformed', 'aws-cn role on a cluster of aws'],
  ['team-b/govcloud', 'service-account-role-arn-malformed', 'aws-us-gov role on a cluster of aws'],
  ['team-b/podid-and-irsa', 'service-account-pod-identity-overrides', 'annotation and association'],
];

const whereOf = (subject: string): string => subject.replace(/^.*cluster\/recorded\/(serviceaccount|pod)\//, '');

describe('over the recordings', () => {
  test('finds exactly what the table says', async () => {
    const { findings, gaps, undecided } = evaluate(await recordedAccount(), { rules });
    const found = findings.map(({ subject, ruleId }) => [whereOf(subject), ruleId]).sort();
    expect(found).toEqual(reviewed.map(([where, rule]) => [where, rule]).sort());
    expect(gaps).toEqual([]);
    // Policies of the network are asked for with --network alone.
    expect(undecided.filter(({ ruleId }) => ruleId !== 'pod-egress-closed')).toEqual([]);
  });

  test('malformed roles explain nothing of healthy pods, every finding has a place and a fix', async () => {
    const { findings } = evaluate(await recordedAccount(), { rules });
    for (const { message, fix, namespace, clusterName, evidence } of findings) {
      expect(clusterName).toBe('recorded');
      expect(namespace).toBeDefined();
      expect(evidence.length).toBeGreaterThan(0);
      expect(message).not.toMatch(/undefined|\[object/);
      expect(fix.commands.length > 0 || fix.choice !== undefined).toBe(true);
    }
  });

  test.each([
    ['team-a/Pod/late-before/late', 'newerPodsInjected', { role: 'late' }],
    ['team-a/Pod/pod-expiration/good', 'outOfBounds', { value: '60', seconds: 600 }],
    ['team-a/Pod/role-on-pod/default', 'role', { key: 'eks.amazonaws.com/role-arn' }],
    ['team-a/Pod/rotated-before/rotated', 'stale', { old: ['old'], role: 'new' }],
    ['team-a/Pod/skip-container/good', 'skipped', { containers: ['init (init)', 'sidecar'] }],
    ['team-a/Pod/static-keys/good', 'keys', { containers: ['app'] }],
  ])('%s is reported as %s', async (where, messageId, data) => {
    const { findings } = evaluate(await recordedAccount(), { rules });
    expect(findings.find(({ subject }) => whereOf(subject) === where)).toMatchObject({ messageId, data });
  });

  test('without the associations, pods of Pod Identity are healthy all the same', async () => {
    const facts = await recordedAccount();
    const [region] = facts.snapshot.regions;
    if (region?.clusters.status !== 'complete') throw new Error('there is a cluster');
    const clusters = region.clusters.value.map(one => ({
      ...one,
      podIdentity: { status: 'complete' as const, value: [] },
    }));
    const snapshot = {
      ...facts.snapshot,
      regions: [{ ...region, clusters: { status: 'complete' as const, value: clusters } }],
    };
    const { findings } = evaluate({ ...facts, snapshot }, { rules });
    expect(findings.filter(({ subject }) => subject.includes('podid'))).toEqual([]);
  });

  test('pods of a missing webhook are one finding with it', async () => {
    const facts = await recordedAccount({ kubernetes: { webhook: { status: 'complete', value: undefined } } });
    const { findings } = evaluate(facts, { rules });
    expect(findings.filter(({ ruleId }) => ruleId === 'pod-not-injected')).toEqual([]);
    expect(findings.find(({ ruleId }) => ruleId === 'webhook-missing')?.explains).toMatchObject([
      { ruleId: 'pod-not-injected', subject: expect.stringContaining('late-before') },
    ]);
  });

  test('pods that may not be listed leave every pod rule unknown, and say so', async () => {
    const reason = {
      kind: 'denied' as const,
      operation: 'list pods',
      permission: 'list pods in the API group ""',
      message: '403',
    };
    const facts = await recordedAccount({ kubernetes: { pods: { status: 'unavailable', reason } } });
    const { findings, gaps } = evaluate(facts, { rules });
    expect(findings.filter(({ ruleId }) => ruleId.startsWith('pod-'))).toEqual([]);
    expect(gaps.map(gap => gap.reason.operation)).toEqual(['list pods']);
  });
});
