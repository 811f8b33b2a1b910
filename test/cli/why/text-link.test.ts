import { describe, expect, test } from '@jest/globals';
import { withText } from '../../../lib/cli/why/text-link.ts';
import { explainMessage } from '../../../lib/explain/explain-message.ts';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { whyChain } from '../../../lib/why/why-chain.ts';
import { nodes, unusedRole } from '../../incidents/credential-reports.ts';
import {
  account,
  byHelm,
  deployment,
  described,
  neverUsed,
  pod,
  role,
  subject,
  trusting,
} from '../../incidents/described.ts';
import { calls } from '../../incidents/first-round.ts';
import { aCluster } from '../../support/example-world.ts';

/** The text link of the workload apps/web, the cause of the chain, and the first cause of the text that is left. */
const answerOf = (text: string, facts: Facts) => {
  const { arn: clusterArn, name: cluster } = aCluster();
  const chain = whyChain({ target: deployment('apps', 'web'), facts, clusterArn });
  const { chain: told, here } = withText(chain, explainMessage(text), facts, { namespace: 'apps', cluster });
  const link = told.steps.at(-1);
  const left = here.decided.filter(({ state }) => state !== 'absent').map(({ cause }) => cause.id);
  return {
    result: `${link?.step} ${link?.result}`,
    why: told.cause?.ruleId ?? told.cause?.message,
    verdict: told.verdict,
    left,
  };
};
const world = (over: Partial<Parameters<typeof described>[0]>) =>
  described({
    accounts: [account('apps', 'web', 'web')],
    pods: [pod('apps', 'web', 'web')],
    roles: [role('web', trusting(subject('apps', 'web')))],
    ...over,
  });
const refused = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';
const denied =
  'User: arn:aws:sts::111122223333:assumed-role/web/botocore-session-1700000000 is not authorized to perform: s3:GetObject';

describe('a text as the last link of a chain', () => {
  test('fails with the finding that is its cause', () => {
    const facts = world({ roles: [role('web', trusting(subject('other', 'web')))], namespaces: ['other'] });
    expect(answerOf(refused, facts)).toMatchObject({ result: 'text failed', why: 'service-account-role-not-trusting' });
  });

  test('fails where nothing is known of it, by the state of its subject alone', () => {
    const facts = world({ accounts: [account('apps', 'web', undefined, byHelm('web'))], pods: [pod('apps', 'web')] });
    const answer = answerOf('please allow to set what the kubernetes aws account of this chart is called', facts);
    expect(answer).toMatchObject({ result: 'text failed', why: 'service-account-role-unannotated', verdict: 'cause' });
    expect(answer.left[0]).toBe('chart-annotation');
  });

  test('is open where the role was never used, and has the causes that keep a program from it', () => {
    const { result, left } = answerOf('NoCredentialProviders: no valid providers in chain', unusedRole('apps', 'web'));
    expect([result, left[0]]).toEqual(['text unread', 'program-ignores-role']);
  });

  test('fails with the one cause that a text leaves, which no rule sees', () => {
    const facts = world({ over: calls('web', 'apps', 'web', { successes: 1 }) });
    expect(answerOf(`${denied} on resource: x`, facts).left).not.toContain('no-role');
    const own =
      'assumed-role/web/1700000000000000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/web';
    expect(answerOf(`User: arn:aws:sts::111122223333:${own}`, facts)).toMatchObject({
      result: 'text failed',
      verdict: 'cause',
    });
  });

  test.each([
    ['a pod with a role', world({ cluster: nodes({ hopLimit: 1 }) }), false],
    [
      'a pod without one',
      world({
        accounts: [account('apps', 'web')],
        pods: [pod('apps', 'web')],
        roles: [role('web', trusting(subject('apps', 'web')), neverUsed)],
        cluster: nodes({ hopLimit: 1 }),
      }),
      true,
    ],
  ])('metadata that does not answer keeps no credentials from %s', (_, facts, isLeft) => {
    expect(
      answerOf('no EC2 IMDS role found, operation error ec2imds: GetMetadata', facts).left.includes('metadata-closed'),
    ).toBe(isLeft);
  });

  test('a provider that is missing goes before a pod that has all', () => {
    const facts = world({ over: { providers: complete([]) } });
    expect(
      answerOf('InvalidIdentityToken: No OpenIDConnect provider found in your account for https://x', facts),
    ).toMatchObject({ result: 'text failed', why: 'cluster-provider-missing' });
  });
});
