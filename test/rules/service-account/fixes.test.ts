import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { catalog, ruleById } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer, type someFacts } from '../../support/example-world.ts';
import { annotatedWith, refused, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';

const host = exampleIssuer.slice('https://'.length);
const findingOf = (ruleId: string, facts: Facts) => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return verdictOf(rule, facts).findings[0];
};
const fixOf = (ruleId: string, facts: Facts) => findingOf(ruleId, facts)?.fix;
const allow = {
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
};
const only = (subject: string) => ({ Condition: { StringEquals: { [`${host}:sub`]: subject } } });
const own = only('system:serviceaccount:checkout:cart');
const elsewhere = only('system:serviceaccount:a:b');
const trusting = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
  worldOf(annotatedWith({}), {
    roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]),
  });
const foreignRole = 'arn:aws:iam::444455556666:role/cart';
const ofForeignRole = (annotations: Readonly<Record<string, string>>, fleet: Partial<Facts['fleet']>): Facts => {
  const facts = worldOf(annotatedWith({ ...annotations, 'eks.amazonaws.com/role-arn': foreignRole }));
  return { ...facts, fleet: { ...facts.fleet, ...fleet } };
};

describe('a role that does not trust its service account', () => {
  const rule = 'service-account-role-not-trusting';

  test('gets no further Allow where a Deny refuses', () =>
    expect(fixOf(rule, trusting({ ...allow, ...own }, { ...allow, Effect: 'Deny', ...own }))).toMatchObject({
      commands: [],
      choice: expect.any(String),
    }));

  test('gets no command under a Deny that nobody can decide: no change is proven', () => {
    const doubtful = { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } };
    expect(fixOf(rule, trusting({ ...allow, ...elsewhere }, { ...allow, Effect: 'Deny', ...doubtful }))).toMatchObject({
      commands: [],
      choice: expect.any(String),
    });
  });

  test('gets its command where a Deny is for somebody else', () =>
    expect(
      fixOf(rule, trusting({ ...allow, ...elsewhere }, { ...allow, Effect: 'Deny', ...elsewhere }))?.commands,
    ).toHaveLength(1));

  test('of another account is shown and changed only there', () => {
    const trustPolicy = aTrustPolicy({ accountId: '444455556666', subject: 'system:serviceaccount:secret:plan' });
    const found = findingOf(rule, ofForeignRole({}, { roles: [{ arn: foreignRole, trustPolicy }] }));
    expect(found?.fix).toMatchObject({ commands: [], summary: expect.stringContaining('account 444455556666') });
    expect(JSON.stringify(found)).not.toContain('secret:plan');
  });

  test('is explained by the statement that came nearest', () => {
    const facts = trusting(
      { ...allow, Action: 'sts:TagSession', ...own },
      { ...allow, ...only('system:serviceaccount:Checkout:cart') },
    );
    const explaining = evaluate(facts, { rules: catalog }).findings.filter(({ explains }) =>
      explains.some(one => one.ruleId === rule),
    );
    expect(explaining.map(({ ruleId }) => ruleId)).toEqual(['trust-subject-malformed']);
  });
});

describe('a provider in the role’s account', () => {
  const accounts = [{ accountId: '444455556666', rolesRead: true, providersRead: true }];
  const fix = (audience: string) =>
    fixOf(
      'service-account-role-account-lacks-provider',
      ofForeignRole({ 'eks.amazonaws.com/audience': audience }, { accounts }),
    );

  test.each([
    ['', 'sts.amazonaws.com'],
    ['team', 'team'],
  ])('is asked of its owner, and no command changes another account: audience %j', (audience, asked) => {
    expect(fix(audience)).toMatchObject({ commands: [], steps: [] });
    expect(fix(audience)?.summary).toMatch(/^Ask the owner of account 444455556666 /);
    expect(fix(audience)?.summary).toContain(`the audience ${asked},`);
  });
});

describe('an audience that the provider does not take', () => {
  const asking = (audiences: readonly string[]) =>
    worldOf({
      serviceAccounts: complete(
        audiences.map((audience, at) =>
          aServiceAccount({
            name: `cart-${at}`,
            annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': audience },
          }),
        ),
      ),
      pods: complete([]),
    });
  const offered = (audiences: readonly string[]) =>
    findingOf('service-account-audience-refused', asking(audiences))?.fix.alternatives?.map(({ summary }) => summary) ??
    [];
  const some = (count: number) => Array.from({ length: count }, (_none, at) => `team-${at}`);

  test('may be added', () => expect(offered(some(1))).toEqual([expect.stringMatching(/^Keep the audience team-0: /)]));
  test('is too long for one', () => {
    expect(offered(['a'.repeat(255)])).toHaveLength(1);
    expect(offered(['a'.repeat(256)])).toEqual([]);
  });
  test('is one of more than a provider has room for: none of them is worked out for every role', () => {
    expect(offered(some(99))).toHaveLength(1);
    expect(offered(some(100))).toEqual([]);
  });
});

test('an option out of bounds may say what pods get already; one that is ignored may go', () => {
  const command = (annotations: Readonly<Record<string, string>>) =>
    fixOf('service-account-option-ignored', worldOf(annotatedWith(annotations)))?.commands;
  expect(command({ 'eks.amazonaws.com/token-expiration': '172800' })).toEqual([
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate --overwrite -- serviceaccount/cart eks.amazonaws.com/token-expiration=86400',
  ]);
  expect(command({ 'eks.amazonaws.com/sts-regional-endpoints': 'yes' })).toEqual([
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate -- serviceaccount/cart eks.amazonaws.com/sts-regional-endpoints-',
  ]);
});

describe('a mistyped annotation', () => {
  const fix = (value: string, over: Parameters<typeof someFacts>[0] = {}) =>
    fixOf(
      'service-account-annotation-mistyped',
      worldOf(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: { 'iam.amazonaws.com/role': value } })]),
          pods: complete([]),
        },
        over,
      ),
    );
  const set = `kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate --overwrite -- serviceaccount/cart eks.amazonaws.com/role-arn=${aRole().arn}`;
  const drop =
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate -- serviceaccount/cart iam.amazonaws.com/role-';

  test('is moved to the right key before it goes', () => expect(fix(aRole().arn)?.commands).toEqual([set, drop]));

  test('that holds a name gets the ARN of the role of that name, for a person to confirm', () =>
    expect(fix('checkout-cart')).toMatchObject({ commands: [set, drop], choice: expect.any(String) }));

  test('stays where the role is not known: it is the only hint', () => {
    expect(fix('other')?.commands).toEqual([]);
    expect(fix('checkout-cart', { roles: refused })?.commands).toEqual([]);
  });
});

describe('a malformed annotation', () => {
  const fix = (roleArn: string, roles = [aRole()]) =>
    fixOf(
      'service-account-role-arn-malformed',
      worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': roleArn }), { roles: complete(roles) }),
    );
  const session = 'arn:aws:sts::111122223333:assumed-role/checkout-cart/s';

  test('with two ARNs gets no command for one of them', () =>
    expect(fix(`${aRole().arn},arn:aws:iam::111122223333:role/admin`)).toMatchObject({
      commands: [],
      choice: expect.any(String),
    }));

  test('that names a session gets the role with its path where it was read', () => {
    const arn = 'arn:aws:iam::111122223333:role/teams/checkout-cart';
    expect(fix(session, [aRole({ arn, path: '/teams/' })])?.commands[0]).toContain(`role-arn=${arn}`);
  });

  test('that names a session of a role that was not read says how to look it up', () =>
    expect(fix(session, [])).toMatchObject({
      commands: [],
      choice: expect.stringContaining('aws iam get-role --role-name checkout-cart'),
    }));

  test('with a blank inside of the name gets no command: what was meant is a guess', () =>
    expect(fix('arn:aws:iam::111122223333:role/checkout cart')?.commands).toEqual([]));
});

describe('after a change of the annotation', () => {
  const typo = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/checkout-card' };
  const restarted = (...pods: readonly Pod[]) =>
    fixOf('service-account-role-missing', worldOf({ ...annotatedWith(typo), pods: complete(pods) }))
      ?.commands.slice(1)
      .map(command => command.replace(/^.* --namespace checkout /, ''));
  const podIdentity = { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'token' };
  const other = aPod({ name: 'web-1', owner: { kind: 'Deployment', name: 'web' } });

  test.each<[string, Partial<Pod>]>([
    ['a mirror pod: its node owns it', { isMirror: true, owner: { kind: 'Node', name: 'ip-10-0-0-1' } }],
    ['a pod that keeps the webhook away', { labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': 'true' } }],
    ['a pod with Pod Identity', { volumes: [{ ...podIdentity, expirationSeconds: 86400 }] }],
  ])('nobody restarts %s', (_title, over) => {
    expect(restarted(aPod(over))).toEqual([]);
    expect(restarted(other, aPod(over))).toEqual(['rollout restart -- deployment/web']);
  });

  test('what the webhook gave a role is restarted', () =>
    expect(restarted(aPod())).toEqual(['rollout restart -- deployment/cart']));
});

describe('a role on default', () => {
  const onDefault = (over: Parameters<typeof worldOf>[0], more: Parameters<typeof worldOf>[1] = {}) =>
    worldOf(
      { serviceAccounts: complete([aServiceAccount({ name: 'default' })]), pods: complete([]), ...over },
      {
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:default' }) })]),
        ...more,
      },
    );
  const found = (facts: Facts) => findingOf('service-account-on-default', facts);
  const last =
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate -- serviceaccount/default eks.amazonaws.com/role-arn-';

  test('is moved: new service account, trust, workloads, and last it leaves default', () => {
    const pod = aPod({ serviceAccount: 'default', owner: { kind: 'Deployment', name: 'web' } });
    const commands = found(onDefault({ pods: complete([pod]) }))?.fix.commands ?? [];
    expect(commands.map(command => command.replace(/ --policy-document .*/s, ''))).toEqual([
      expect.stringMatching(
        /"name":"checkout-cart".*\| kubectl --context \S+ --namespace checkout apply --filename -$/,
      ),
      expect.stringMatching(/ && aws iam update-assume-role-policy --role-name checkout-cart$/),
      'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout set serviceaccount -- deployment/web checkout-cart',
      last,
    ]);
  });

  test.each([
    ['pods were not read', onDefault({ pods: refused })],
    [
      'a pod is of a job, whose template cannot be changed',
      onDefault({ pods: complete([aPod({ serviceAccount: 'default', owner: { kind: 'Job', name: 'x' } })]) }),
    ],
    ['the role was not read', onDefault({}, { roles: refused })],
  ])('stays on default, and the last step is told, while %s', (_title, facts) => {
    const fix = found(facts)?.fix;
    expect(fix?.commands).not.toContain(last);
    expect(fix?.choice).toContain(last);
  });

  test('does not go to a service account that is there for something else', () => {
    const taken = aServiceAccount({ name: 'checkout-cart', annotations: {} });
    const facts = onDefault({ serviceAccounts: complete([aServiceAccount({ name: 'default' }), taken]) });
    expect(found(facts)?.fix.commands[0]).toContain('"name":"checkout-cart-irsa"');
  });

  test('does not count pods that were not read as none', () => {
    const pods = (facts: Facts) => found(facts)?.evidence.find(({ what }) => what === 'pods that run as default')?.got;
    expect(pods(onDefault({}))).toBe('0');
    expect(pods(onDefault({ pods: refused }))).not.toMatch(/\d/);
  });
});

describe('a role from the webhook’s ConfigMap is taken away there, by a person', () => {
  const configMap = 'kube-system/pod-identity-webhook';
  const configured = (over: Parameters<typeof aServiceAccount>[0] = {}, audience = 'sts.amazonaws.com') => ({
    serviceAccounts: complete([
      aServiceAccount({
        annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': audience },
        configMap,
        ...over,
      }),
    ]),
    pods: complete([]),
  });
  const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn };

  test.each<[string, Facts]>([
    [
      'service-account-pod-identity-overrides',
      worldOf({ ...configured(), pods: complete([aPod()]) }, {}, { podIdentity: complete([association]) }),
    ],
    ['service-account-audience-refused', worldOf(configured({}, 'amazonaws.com'))],
    [
      'service-account-on-default',
      worldOf(configured({ name: 'default' }), {
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:default' }) })]),
      }),
    ],
  ])('%s', (rule, facts) => {
    const fix = fixOf(rule, facts);
    expect(JSON.stringify(fix)).toContain(`ConfigMap ${configMap}`);
    expect(fix?.commands.join()).not.toMatch(/annotate serviceaccount \S+ eks\S+-/);
    expect(fix?.choice).not.toMatch(/annotate serviceaccount/);
  });
});
