import { expect, test } from '@jest/globals';
import { setThumbprints } from '../../../lib/fixes/aws-steps.ts';
import { complete } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { withinLimits } from '../../../lib/rules/evaluate/within-limits.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const withAudiences = (count: number) =>
  evaluate(
    someFacts({
      providers: complete([aProvider({ audiences: Array.from({ length: count }, (_, at) => `audience-${at}`) })]),
      clusters: complete([aReadCluster()]),
    }),
    { rules: catalog.filter(({ id }) => id === 'provider-audience-missing') },
  ).findings[0]?.fix;

test('an audience is added to a provider that has 99, and not to one that has 100: that is said', () => {
  expect(withAudiences(99)?.commands.join()).toContain('add-client-id-to-open-id-connect-provider');
  expect(withAudiences(100)?.commands).toEqual([]);
  expect(withAudiences(100)?.choice).toContain(
    'No command is given, because the provider has 100 audiences and takes 100 at most',
  );
});

test.each([5, 6])('a list of %d thumbprints is a command only where IAM takes it', count => {
  const list = Array.from({ length: count }, (_, at) => String(at).repeat(40));
  const fix = { summary: 'Set them.', steps: [setThumbprints(aProvider().arn, [], list)] };
  const failure = { messageId: 'm', data: {}, evidence: [], fix };
  const verdict = withinLimits({ outcome: 'fail', failures: [failure] }, someFacts());
  const [one] = verdict.outcome === 'fail' ? verdict.failures : [];
  expect(one?.fix.steps).toHaveLength(count > 5 ? 0 : 1);
  expect(one?.fix.choice ?? '').toContain(count > 5 ? 'takes 5 at most' : '');
});

/** A role that trusts many service accounts: one more has no room in the default quota. */
const fullPolicy = aTrustPolicy().replace(
  '"system:serviceaccount:checkout:cart"',
  JSON.stringify(Array.from({ length: 44 }, (_, at) => `system:serviceaccount:checkout:other-${at}`)),
);
const choicesWith = (quota: number | undefined, name: string) =>
  evaluate(
    someFacts({
      settings: { inCluster: true },
      roles: complete([aRole({ trustPolicy: fullPolicy })]),
      quotas: complete(quota === undefined ? {} : { oidcProviders: 100, trustPolicyLength: quota }),
      clusters: complete([
        aReadCluster({ pods: complete([]), serviceAccounts: complete([aServiceAccount({ name })]) }),
      ]),
    }),
    {
      rules: catalog.filter(
        ({ id }) => id === 'service-account-role-not-trusting' || id === 'service-account-on-default',
      ),
    },
  ).findings.map(({ ruleId, fix }) => [ruleId, fix.commands.length > 0, fix.choice ?? '']);

test.each([
  ['service-account-role-not-trusting', 'cart'],
  ['service-account-on-default', 'default'],
])(
  '%s gives no command for a policy that is longer than the quota, and says where the quota was not read',
  (rule, name) => {
    const said = (quota: number | undefined) => choicesWith(quota, name).find(([id]) => id === rule);
    expect(said(4096)).toEqual([rule, true, expect.not.stringContaining('characters')]);
    expect(said(2048)).toEqual([
      rule,
      false,
      expect.stringMatching(/No command is given, because the policy would have 2\d{3} characters/),
    ]);
    expect(said(undefined)).toEqual([
      rule,
      true,
      expect.stringContaining('IAM refuses it if the account has the default quota of 2048'),
    ]);
  },
);
