import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, notAskedFor, withGaps } from '../../../lib/model/collected.ts';
import type { Controller, ControllerRole } from '../../../lib/model/controller-role.ts';
import type { Pod, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, exampleAccountId } from '../../support/example-world.ts';
import { bareContainer, denied, verdicts, worldOf } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { anAssociation } from '../pod-identity/example-association.ts';
import { host, run } from './worlds.ts';

const arn = (name: string) => `arn:aws:iam::${exampleAccountId}:role/${name}`;
const [first, second, third] = [arn('first'), arn('second'), arn('third')];
const policyOf = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map(one => ({ Effect: 'Allow', ...one })) });
const byRole = (of: string, ...actions: readonly string[]) => ({
  Principal: { AWS: of },
  Action: ['sts:AssumeRole', ...actions],
});
const byToken = (subject: string, audience = 'sts.amazonaws.com') => ({
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [`${host}:sub`]: `system:serviceaccount:${subject}`, [`${host}:aud`]: audience } },
});
const account = (name: string, roleArn?: string): ServiceAccount =>
  aServiceAccount({ namespace: 'tools', name, annotations: roleArn ? { 'eks.amazonaws.com/role-arn': roleArn } : {} });
const podOf = (serviceAccount: string, controller: Controller, over: Partial<Pod> = {}): Pod =>
  aPod({
    ...{
      namespace: 'tools',
      name: `${serviceAccount}-1`,
      serviceAccount,
      owner: { kind: 'Deployment', name: serviceAccount },
    },
    ...{ controller: { name: controller }, ...over },
  });
const store = { controller: 'external-secrets', namedBy: 'SecretStore shop/aws', by: 'role', roleArn: second } as const;
const trigger = {
  controller: 'keda',
  namedBy: 'TriggerAuthentication shop/queue',
  by: 'either',
  roleArn: second,
} as const;
const provider = { controller: 'crossplane', namedBy: 'ProviderConfig default', by: 'role', roleArn: second } as const;
const issuer: ControllerRole = {
  ...{ controller: 'cert-manager', namedBy: 'Issuer tools/letsencrypt', by: 'token', roleArn: second },
  ...{ account: { namespace: 'tools', name: 'solver' }, audiences: ['sts.amazonaws.com'] },
};

/** A cluster with these objects, service accounts with their roles, and trust policies of roles by name. */
const worldWith = (
  roles: readonly ControllerRole[],
  accounts: Readonly<Record<string, string | undefined>>,
  policies: Readonly<Record<string, string>>,
  pods: readonly Pod[] = Object.keys(accounts).map(name => podOf(name, roles[0]?.controller ?? 'keda')),
): Facts =>
  worldOf(
    {
      serviceAccounts: complete(Object.entries(accounts).map(([name, role]) => account(name, role))),
      pods: complete(pods),
      controllerRoles: complete(roles),
    },
    {
      roles: complete(
        Object.entries(policies).map(([name, trustPolicy]) => aRole({ name, arn: arn(name), trustPolicy })),
      ),
    },
  );
const own = policyOf(byToken('tools:one'));
const trusting = policyOf(byRole(first));
const stranger = policyOf(byRole(arn('stranger')));

run('service-account-second-role', [
  [
    'a store whose role trusts that of the controller',
    worldWith([store], { one: first }, { first: own, second: trusting }),
    [],
  ],
  [
    'a store whose role trusts another',
    worldWith([store], { one: first }, { first: own, second: stranger }),
    ['medium silent'],
  ],
  ['a store whose role does not exist', worldWith([store], { one: first }, { first: own }), ['medium absent']],
  [
    'tags that a store adds, and its role refuses',
    worldWith([{ ...store, isTagged: true }], { one: first }, { first: own, second: trusting }),
    ['medium noTags'],
  ],
  [
    'tags that a store adds, and its role takes',
    worldWith(
      [{ ...store, isTagged: true }],
      { one: first },
      { first: own, second: policyOf(byRole(first, 'sts:TagSession')) },
    ),
    [],
  ],
  [
    'a chain whose last role trusts the one before it',
    worldWith(
      [store, { ...store, roleArn: third, after: second }],
      { one: first },
      { first: own, second: trusting, third: policyOf(byRole(second)) },
    ),
    [],
  ],
  [
    'a chain whose last role trusts the first one alone',
    worldWith(
      [store, { ...store, roleArn: third, after: second }],
      { one: first },
      { first: own, second: trusting, third: trusting },
    ),
    ['medium chain'],
  ],
  [
    'a store that names a service account with a role',
    worldWith(
      [{ ...store, account: { namespace: 'tools', name: 'one' } }],
      { one: first, eso: undefined },
      { first: own, second: trusting },
      [podOf('eso', 'external-secrets', { containers: [bareContainer()], volumes: [] })],
    ),
    [],
  ],
  [
    'a store that names a service account whose role is not trusted',
    worldWith(
      [{ ...store, account: { namespace: 'tools', name: 'one' } }],
      { one: first, eso: undefined },
      { first: own, second: stranger },
      [podOf('eso', 'external-secrets', { containers: [bareContainer()], volumes: [] })],
    ),
    ['medium silent'],
  ],
]);

run('service-account-second-role', [
  [
    'KEDA, and a role that trusts the role of the operator',
    worldWith([trigger], { one: first }, { first: own, second: trusting }),
    [],
  ],
  [
    'KEDA, and a role that trusts the token of the operator',
    worldWith([trigger], { one: first }, { first: own, second: policyOf(byToken('tools:one')) }),
    [],
  ],
  [
    'KEDA, and a role that trusts the token of another',
    worldWith([trigger], { one: first }, { first: own, second: policyOf(byToken('tools:two')) }),
    ['medium silent'],
  ],
  [
    'KEDA, and the role that the operator has',
    worldWith([{ ...trigger, roleArn: first }], { one: first }, { first: own }),
    [],
  ],
]);

run('service-account-second-role', [
  [
    'Crossplane, and one of its service accounts that the role trusts',
    worldWith([provider], { one: first, two: arn('other') }, { first: own, other: own, second: trusting }),
    [],
  ],
  [
    'Crossplane, and none of them: told once',
    worldWith([provider], { one: first, two: arn('other') }, { first: own, other: own, second: stranger }),
    ['medium silent'],
  ],
  [
    'Crossplane, and one of them without a role',
    worldWith([provider], { one: undefined, two: first }, { first: own, second: trusting }),
    [],
  ],
  [
    'Crossplane, and none of them, the first of which has no role',
    worldWith([provider], { one: undefined, two: first }, { first: own, second: stranger }),
    ['medium silent'],
  ],
  [
    'Crossplane, and a second role that does not exist, where the first has no role',
    worldWith([provider], { one: undefined, two: first }, { first: own }),
    ['medium absent'],
  ],
  [
    'Crossplane by web identity, with a role that trusts its token',
    worldWith([{ ...provider, by: 'token' }], { one: first }, { first: own, second: policyOf(byToken('tools:one')) }),
    [],
  ],
  [
    'Crossplane by web identity, with a role that trusts its role alone',
    worldWith([{ ...provider, by: 'token' }], { one: first }, { first: own, second: trusting }),
    ['medium token'],
  ],
]);

const solver = { one: undefined, solver: undefined };
run('service-account-second-role', [
  [
    'an Issuer whose role trusts its service account',
    worldWith([issuer], solver, { second: policyOf(byToken('tools:solver')) }),
    [],
  ],
  [
    'an Issuer whose role trusts the controller',
    worldWith([issuer], solver, { second: policyOf(byToken('tools:one')) }),
    ['medium token'],
  ],
  [
    'an Issuer for another audience than its role wants',
    worldWith([{ ...issuer, audiences: ['vault'] }], solver, { second: policyOf(byToken('tools:solver')) }),
    ['medium token'],
  ],
  [
    'an Issuer for several audiences, one of them right',
    worldWith([{ ...issuer, audiences: ['vault', 'sts.amazonaws.com'] }], solver, {
      second: policyOf(byToken('tools:solver')),
    }),
    [],
  ],
  ['an Issuer whose role does not exist', worldWith([issuer], solver, {}), ['medium absent']],
]);

test('tags of Pod Identity go along with the first role of a chain', () => {
  const facts = worldOf(
    {
      serviceAccounts: complete([account('one')]),
      pods: complete([podOf('one', 'crossplane')]),
      controllerRoles: complete([provider, { ...provider, roleArn: third, after: second }]),
    },
    {
      roles: complete(
        Object.entries({ first: own, second: trusting, third: policyOf(byRole(second)) }).map(([name, trustPolicy]) =>
          aRole({ name, arn: arn(name), trustPolicy }),
        ),
      ),
    },
    { podIdentity: complete([anAssociation({ namespace: 'tools', serviceAccount: 'one', roleArn: first })]) },
  );
  expect(verdicts('service-account-second-role', facts)).toEqual(['medium noTags']);
});

test('objects of a controller that were refused leave its service accounts unknown, and no others', () => {
  const pods = complete([podOf('one', 'keda'), podOf('two', 'cert-manager')]);
  const facts = (controllerRoles: NonNullable<Parameters<typeof worldOf>[0]['controllerRoles']>) =>
    worldOf(
      { serviceAccounts: complete([account('one', first), account('two', first)]), pods, controllerRoles },
      { roles: complete([aRole({ name: 'first', arn: first, trustPolicy: own })]) },
    );
  const one = { what: 'keda: TriggerAuthentication', reason: { ...denied, kind: 'not-asked-for' as const } };
  expect(verdicts('service-account-second-role', facts(withGaps([], [one])))).toEqual(['unknown not-asked-for']);
  expect(verdicts('service-account-second-role', facts(notAskedFor('list issuers')))).toEqual([
    'unknown not-asked-for',
    'unknown not-asked-for',
  ]);
});

/** cert-manager without an annotation, whose solver asks with a token of its own service account. */
const byOwnToken = (objects: readonly ControllerRole[]): Facts =>
  worldWith(objects, { one: undefined }, { second: policyOf(byToken('tools:one')) }, [
    podOf('one', 'cert-manager', { containers: [bareContainer()], volumes: [] }),
  ]);
test('a service account whose token an Issuer asks with needs no annotation', () => {
  const named = { ...issuer, account: { namespace: 'tools', name: 'one' } };
  const told = (facts: Facts) =>
    evaluate(facts, { rules: catalog })
      .findings.map(({ ruleId }) => ruleId)
      .filter(ruleId => ruleId.startsWith('service-account-'));
  expect(told(byOwnToken([named]))).toEqual([]);
  expect(told(byOwnToken([]))).toEqual(['service-account-role-unannotated']);
});

test('whether it does is unknown where the Issuers were refused', () => {
  const facts = worldOf(
    {
      serviceAccounts: complete([account('one')]),
      pods: complete([podOf('one', 'cert-manager', { containers: [bareContainer()], volumes: [] })]),
      controllerRoles: notAskedFor('list issuers', 'refused, and optional: 403'),
    },
    { roles: complete([aRole({ name: 'second', arn: second, trustPolicy: policyOf(byToken('tools:one')) })]) },
  );
  expect(verdicts('service-account-role-unannotated', facts)).toEqual(['unknown not-asked-for']);
});
