import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { Pod, PodContainer } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { podRules } from '../../../lib/rules/pod/rules.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy } from '../../support/example-world.ts';
import { aGap, bareContainer, barePod, refused, verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';

/** Roles that pods have by themselves: kept from an annotation that is gone, set by hand, or annotated in the wrong place. */

const roleKey = 'eks.amazonaws.com/role-arn';
const expirationKey = 'eks.amazonaws.com/token-expiration';
const audienceKey = 'eks.amazonaws.com/audience';
const cart = aRole().arn;
const other = cart.replace('checkout-cart', 'other');
const plain = { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) };
const withEnvironment = (values: Readonly<Record<string, string>>, over: Partial<PodContainer> = {}): PodContainer => {
  const irsaEnvironment = { ...aContainer().irsaEnvironment, ...values };
  return aContainer({ awsVariables: Object.keys(irsaEnvironment), irsaEnvironment, ...over });
};
const ofEks = withEnvironment({ AWS_STS_REGIONAL_ENDPOINTS: 'regional', AWS_REGION: 'eu-west-1' });
const injected = aPod({ containers: [ofEks] });
const withOther = (over: Partial<Pod> = {}, container: Partial<PodContainer> = {}): Pod =>
  aPod({ containers: [withEnvironment({ AWS_ROLE_ARN: other }, container)], ...over });
const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' };
const identity = (podIdentity: ReturnType<typeof aReadCluster>['podIdentity']) => ({ podIdentity });
const otherTrusting = (subject: string) => ({
  roles: complete([aRole(), aRole({ name: 'other', trustPolicy: aTrustPolicy({ subject }) })]),
});
const ownTrust = otherTrusting('system:serviceaccount:checkout:cart');
const foreignTrust = otherTrusting('system:serviceaccount:checkout:basket');

const { issuer: _none, ...kept } = aReadCluster().cluster;
const elsewhere = worldOf(
  { ...plain, ...withPods(injected), issuer: complete('https://oidc.example') },
  {},
  {
    cluster: { ...kept, region: 'unknown', endpoint: 'https://192.0.2.1' },
    podIdentity: complete([]),
  },
);

type Case = readonly [title: string, facts: Facts, expected: readonly string[]];
const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

run('pod-role-unannotated', [
  [
    'the annotation was removed and the pods keep the role',
    worldOf({ ...plain, ...withPods(injected) }),
    ['medium removed'],
  ],
  ['a template may set the same by hand', worldOf({ ...plain, ...withPods(aPod()) }), ['low removedOrByHand']],
  [
    'one container of the template may set the same by hand',
    worldOf({ ...plain, ...withPods(aPod({ containers: [ofEks, bareContainer({ name: 'proxy' })] })) }),
    ['low removedOrByHand'],
  ],
  ['the annotation is there', worldOf(withPods(injected)), []],
  [
    'the annotation is empty: another rule tells that',
    worldOf({
      serviceAccounts: complete([aServiceAccount({ annotations: { [roleKey]: '' } })]),
      ...withPods(injected),
    }),
    [],
  ],
  [
    'the key was mistyped: another rule tells that',
    worldOf({
      serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role_arn': cart } })]),
      ...withPods(injected),
    }),
    [],
  ],
  [
    'the role is on a label: another rule tells that',
    worldOf({
      serviceAccounts: complete([aServiceAccount({ annotations: {}, labels: { [roleKey]: 'x' } })]),
      ...withPods(injected),
    }),
    [],
  ],
  [
    'Pod Identity took its place',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(complete([association]))),
    [],
  ],
  [
    'Pod Identity of another service account did not',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(complete([{ ...association, serviceAccount: 'other' }]))),
    ['medium removed'],
  ],
  [
    'Pod Identity of another namespace did not',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(complete([{ ...association, namespace: 'other' }]))),
    ['medium removed'],
  ],
  [
    'whether it did could not be read',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(refused)),
    ['unknown unread'],
  ],
  [
    'nobody asked whether it did',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(notAskedFor('x'))),
    ['unknown not-asked-for'],
  ],
  [
    'the pods have both',
    worldOf({
      ...plain,
      ...withPods({
        ...injected,
        volumes: [
          ...injected.volumes,
          { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'x' },
        ],
      }),
    }),
    [],
  ],
  [
    'a token in another place was mounted by hand',
    worldOf({
      ...plain,
      ...withPods(aPod({ containers: [withEnvironment({ AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' })] })),
    }),
    [],
  ],
  ['a cluster that is not of EKS may have a webhook with an annotation of its own', elsewhere, []],
  ['pods without a role need no annotation', worldOf({ ...plain, ...withPods(barePod()) }), []],
  ['a mirror pod', worldOf({ ...plain, ...withPods({ ...injected, isMirror: true }) }), []],
]);

run('pod-annotation-ignored', [
  [
    'the role stands on the pods alone',
    worldOf({ ...plain, ...withPods(barePod({ annotations: { [roleKey]: cart } })) }),
    ['high role'],
  ],
  [
    'it is mistyped there',
    worldOf({ ...plain, ...withPods(barePod({ annotations: { 'eks.amazonaws.com/role_arn': cart } })) }),
    ['high role'],
  ],
  ['the service account has it as well', worldOf(withPods(aPod({ annotations: { [roleKey]: cart } }))), []],
  [
    'the pods have a role all the same',
    worldOf({ ...plain, ...withPods(aPod({ annotations: { [roleKey]: cart } })) }),
    [],
  ],
  [
    'the pods have Pod Identity',
    worldOf({
      ...plain,
      ...withPods(
        barePod({
          annotations: { [roleKey]: cart },
          containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] })],
        }),
      ),
    }),
    [],
  ],
  ['another annotation', worldOf({ ...plain, ...withPods(barePod({ annotations: { [expirationKey]: '60' } })) }), []],
  [
    'the service account is gone',
    worldOf({ serviceAccounts: complete([]), ...withPods(barePod({ annotations: { [roleKey]: cart } })) }),
    [],
  ],
]);

const expiring = (value: string, over: Partial<Pod> = {}) =>
  withPods(aPod({ annotations: { [expirationKey]: value }, ...over }));
run('pod-option-ignored', [
  ['too short', worldOf(expiring('60')), ['low outOfBounds']],
  ['too long', worldOf(expiring('90000')), ['low outOfBounds']],
  ['a unit', worldOf(expiring('80m')), ['low notWholeNumber']],
  ['the least', worldOf(expiring('600')), []],
  ['the most', worldOf(expiring('86400')), []],
  ['none', worldOf(withPods(aPod())), []],
  [
    'one of two',
    worldOf(
      withPods(
        aPod({ annotations: { [expirationKey]: '3600' } }),
        aPod({ name: 'b', annotations: { [expirationKey]: '1' } }),
      ),
    ),
    ['low outOfBounds'],
  ],
  ['pods without a token', worldOf(expiring('60', { containers: [bareContainer()], volumes: [] })), []],
]);

const asking = (audience: string, pod: Pod = aPod()) => ({
  serviceAccounts: complete([aServiceAccount({ annotations: { [roleKey]: cart, [audienceKey]: audience } })]),
  ...withPods(pod),
});
const accepting = (...audiences: readonly string[]) => ({ providers: complete([aProvider({ audiences })]) });
const volume = (audience: string) => aPod({ volumes: [{ name: 'aws-iam-token', audience, path: 'token' }] });
run('pod-audience-stale', [
  ['both accept the old one', worldOf(asking('team'), accepting('sts.amazonaws.com', 'team')), ['low stale']],
  ['the provider no longer lists it', worldOf(asking('team'), accepting('team')), ['medium stale']],
  [
    'the role no longer accepts it',
    worldOf(asking('team'), {
      ...accepting('sts.amazonaws.com', 'team'),
      roles: complete([aRole({ trustPolicy: aTrustPolicy().replace('"sts.amazonaws.com"', '"team"') })]),
    }),
    ['medium stale'],
  ],
  ['the annotation was removed', worldOf(withPods(volume('team'))), ['medium stale']],
  [
    'whether it is refused was not read of the provider',
    worldOf(asking('team'), { providers: refused }),
    ['low stale'],
  ],
  ['whether it is refused was not read of the role', worldOf(asking('team'), { roles: refused }), ['low stale']],
  ['the role does not exist', worldOf(asking('team'), { roles: complete([]) }), ['medium stale']],
  ['the same', worldOf(asking('team', volume('team'))), []],
  [
    'another volume is not the webhook’s',
    worldOf(withPods(aPod({ volumes: [...aPod().volumes, { name: 'vault', audience: 'vault', path: 'x' }] }))),
    [],
  ],
  ['an empty annotation is another rule’s', worldOf(asking('')), []],
  ['no role, no question', worldOf({ ...plain, ...withPods(volume('team')) }), []],
]);

run('pod-role-not-trusting', [
  [
    'a role set by hand that trusts another service account',
    worldOf(withPods(withOther()), foreignTrust),
    ['high refused'],
  ],
  ['the same without an annotation', worldOf({ ...plain, ...withPods(withOther()) }, foreignTrust), ['high refused']],
  ['a role set by hand that trusts it', worldOf(withPods(withOther()), ownTrust), []],
  ['a role that does not exist', worldOf(withPods(withOther())), ['high missing']],
  [
    'a role of an account that is not audited',
    worldOf(
      withPods(
        aPod({ containers: [withEnvironment({ AWS_ROLE_ARN: other.replace('111122223333', '444455556666') })] }),
      ),
    ),
    ['unknown not-asked-for'],
  ],
  [
    'roles that were not all read',
    worldOf(withPods(withOther()), { roles: { status: 'partial', value: [], gaps: [aGap('iam:ListRoles')] } }),
    ['unknown unread'],
  ],
  [
    'a token of unknown audience',
    worldOf(
      withPods(withOther({}, { irsaEnvironment: { AWS_ROLE_ARN: other, AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' } })),
      ownTrust,
    ),
    ['unknown unread'],
  ],
  [
    'a token of another audience',
    worldOf(withPods(withOther({ volumes: volume('vault').volumes })), ownTrust),
    ['high refused'],
  ],
  [
    'a token in a directory with a like name is not that of the volume',
    worldOf(
      withPods(
        withOther(
          {},
          {
            irsaEnvironment: {
              AWS_ROLE_ARN: other,
              AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount2/token',
            },
          },
        ),
      ),
      ownTrust,
    ),
    ['unknown unread'],
  ],
  [
    'the annotated role is another rule’s',
    worldOf(withPods(aPod()), {
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:basket' }) })]),
    }),
    [],
  ],
  [
    'a role without a token is none that is assumed',
    worldOf(withPods(withOther({}, { awsVariables: ['AWS_ROLE_ARN'] })), foreignTrust),
    [],
  ],
  [
    'a placeholder names no role',
    worldOf(withPods(aPod({ containers: [withEnvironment({ AWS_ROLE_ARN: '$(ROLE)' })] })), foreignTrust),
    [],
  ],
  [
    'the service account is gone',
    worldOf({ serviceAccounts: complete([]), ...withPods(withOther()) }, foreignTrust),
    [],
  ],
  [
    'a policy that depends on the request',
    worldOf(withPods(withOther()), {
      roles: complete([
        aRole(),
        aRole({
          name: 'other',
          trustPolicy: aTrustPolicy({
            condition: { StringEquals: { 'aws:SourceIp': 'x' }, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
          }),
        }),
      ]),
    }),
    ['unknown request-dependent'],
  ],
]);

test('an old role that refuses its pods is told once, as old', () => {
  const facts = worldOf(withPods(withOther({ createdAt: '2026-01-01T00:00:00Z' })), foreignTrust);
  expect(
    evaluate(facts, { rules: podRules }).findings.map(({ ruleId, explains }) => [
      ruleId,
      explains.map(one => one.ruleId),
    ]),
  ).toEqual([['pod-role-stale', ['pod-role-not-trusting']]]);
});

test('the fix of a removed annotation writes it again, with the role that the pods have', () => {
  const { findings } = evaluate(worldOf({ ...plain, ...withPods(injected) }), { rules: catalog });
  const [found] = findings.filter(({ ruleId }) => ruleId === 'pod-role-unannotated');
  expect(found?.fix.commands).toEqual([
    `kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate --overwrite -- serviceaccount/cart ${roleKey}=${cart}`,
  ]);
  expect(found).toMatchObject({ namespace: 'checkout', serviceAccount: 'cart', roleArn: cart });
});
