import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { ServiceAccount } from '../../lib/model/kubernetes.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy } from '../support/example-world.ts';
import { aud, identity, named, sub } from '../support/rare-worlds.ts';
import { evaluate } from '../support/whole/evaluate.ts';
import {
  annotated,
  another,
  bare,
  barePod,
  cart,
  causesIn,
  detail,
  exact,
  host,
  identityPod,
  own,
  podsOf,
  statement,
  trusting,
  undecidedIn,
  webhook,
  world,
} from '../support/whole-worlds.ts';

const key = (claim: string): string => `${host}:${claim}`;
const sas = (...accounts: readonly ServiceAccount[]) => ({ serviceAccounts: complete(accounts) });
const rules = (over: object) =>
  webhook({
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*', ...over }],
  });
const everyone = (Condition: object, over: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: 'sts:AssumeRole',
  Condition,
  ...over,
});

/** Further worlds, judged by the documentation before they were tried. These are healthy: nothing above info is said, and
 *  nothing is left undecided. */
test.each<[string, () => Facts]>([
  ['no pods: scaled to zero', () => world({ ...podsOf() })],
  ['a TagSession statement beside', () => trusting([statement(), statement(own, { Action: 'sts:TagSession' })])],
  [
    'ForAllValues on aud',
    () => trusting([statement({ StringEquals: { [key('sub')]: exact }, 'ForAllValues:StringEquals': aud })]),
  ],
  ['IfExists on both, exact', () => trusting([statement({ StringEqualsIfExists: { ...aud, [key('sub')]: exact } })])],
  [
    'aud by a pattern',
    () =>
      trusting([statement({ StringEquals: { [key('sub')]: exact }, StringLike: { [key('aud')]: 'sts.amazonaws.*' } })]),
  ],
  ['deny TagSession', () => trusting([statement(), statement({}, { Effect: 'Deny', Action: 'sts:TagSession' })])],
  [
    'a terminating namespace',
    () => world({ namespaces: complete([{ name: 'checkout', labels: {}, terminating: true }]) }),
  ],
  ['pending pod', () => world(podsOf(aPod({ phase: 'Pending' })))],
  [
    'own vault token beside',
    () =>
      world(
        podsOf(
          aPod({
            volumes: [...aPod().volumes, { name: 'vault', audience: 'vault', expirationSeconds: 600, path: 'token' }],
          }),
        ),
      ),
  ],
  ['failurePolicy Fail', () => world(webhook({ failurePolicy: 'Fail' }))],
  ['review versions v1', () => world(webhook({ admissionReviewVersions: ['v1', 'v1beta1'] }))],
  ['operations *', () => world(rules({ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }))],
  ['resources */*', () => world(rules({ resources: ['*/*'] }))],
  ['scope Namespaced', () => world(rules({ scope: 'Namespaced' }))],
  [
    'role of today never used',
    () =>
      world(
        {},
        {
          roles: complete([
            aRole({ createdAt: '2026-11-01T05:00:00.000Z', detail: detail({ lastUsedAt: undefined }) }),
          ]),
        },
      ),
  ],
  [
    'dots in the name',
    () =>
      world(
        { ...sas(aServiceAccount({ name: 'cart.v1' })), ...podsOf(aPod({ serviceAccount: 'cart.v1' })) },
        {
          roles: complete([
            aRole({
              detail: detail(),
              trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:cart.v1' }),
            }),
          ]),
        },
      ),
  ],
  [
    'two roles trust it',
    () => world({}, { roles: complete([aRole({ detail: detail() }), another('cart-read', exact)]) }),
  ],
  [
    'role by hand, own volume, same role',
    () =>
      world(
        podsOf(
          aPod({
            volumes: [{ name: 'own', audience: 'sts.amazonaws.com', expirationSeconds: 86400, path: 'aws' }],
            containers: [
              aContainer({
                irsaEnvironment: { AWS_ROLE_ARN: cart, AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' },
                mounts: { own: '/tokens' },
              }),
            ],
          }),
        ),
      ),
  ],
  [
    'only GitHub, no cluster',
    () =>
      world(
        {},
        {
          clusters: complete([]),
          roles: complete([]),
          providers: complete([
            aProvider({ issuer: 'https://token.actions.githubusercontent.com', audiences: ['sts.amazonaws.com'] }),
          ]),
        },
      ),
  ],
  [
    'static pod with default',
    () =>
      world({
        ...sas(aServiceAccount(), aServiceAccount({ namespace: 'kube-system', name: 'default', annotations: {} })),
        ...podsOf(
          aPod(),
          barePod({
            namespace: 'kube-system',
            name: 'kube-proxy',
            serviceAccount: 'default',
            isMirror: true,
            owner: { kind: 'Node', name: 'n' },
          }),
        ),
      }),
  ],
  ['updating cluster', () => world({}, {}, { cluster: { ...aReadCluster().cluster, status: 'UPDATING' } })],
  [
    'options valid',
    () =>
      world(
        annotated({ 'eks.amazonaws.com/sts-regional-endpoints': 't', 'eks.amazonaws.com/token-expiration': '86400' }),
      ),
  ],
  [
    'deny for others by NotLike',
    () =>
      trusting([
        statement(),
        statement({ StringNotLike: { [key('sub')]: 'system:serviceaccount:checkout:*' } }, { Effect: 'Deny' }),
      ]),
  ],
  [
    'NotAction',
    () =>
      trusting([
        statement(own, {
          Action: undefined,
          NotAction: ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:TagSession'],
        }),
      ]),
  ],
  [
    'key in mixed case and scalar in list',
    () =>
      trusting([
        statement({ StringEquals: { [`${host.toLowerCase()}:AuD`]: ['sts.amazonaws.com'], [key('Sub')]: [exact] } }),
      ]),
  ],
  ['session name pattern *', () => trusting([statement({ ...own, StringLike: { 'sts:RoleSessionName': '*' } })])],
  [
    'deny without MFA by Bool',
    () =>
      trusting([
        statement(),
        statement(
          { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
          { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
        ),
      ]),
  ],
  ['empty condition object beside', () => trusting([statement({ ...own, StringLike: {} })])],
  [
    'a node that skips the mesh container, quoted',
    () =>
      world(
        podsOf(
          aPod({
            annotations: { 'eks.amazonaws.com/skip-containers': '"istio-proxy"' },
            containers: [aContainer(), bare({ name: 'istio-proxy' })],
          }),
        ),
      ),
  ],
  [
    'pod identity pods beside IRSA pods of others',
    () =>
      world(
        {
          ...sas(aServiceAccount(), aServiceAccount({ name: 'mail', annotations: {} })),
          ...podsOf(
            aPod(),
            identityPod({ name: 'mail-1', serviceAccount: 'mail', owner: { kind: 'Deployment', name: 'mail' } }),
          ),
        },
        {
          roles: complete([
            aRole({ detail: detail() }),
            aRole({
              name: 'mail',
              detail: detail(),
              trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [identity()] }),
            }),
          ]),
        },
        {
          podIdentity: complete([
            {
              id: 'a-1',
              namespace: 'checkout',
              serviceAccount: 'mail',
              roleArn: 'arn:aws:iam::111122223333:role/mail',
            },
          ]),
          addons: complete([{ name: 'eks-pod-identity-agent' }]),
        },
      ),
  ],
  [
    'everyone, for actions that give no credentials',
    () => trusting([statement(), everyone({}, { Action: ['sts:TagSession', 'sts:SetSourceIdentity'] })]),
  ],
])('%s is healthy', (_title, facts) => {
  expect(causesIn(facts())).toEqual([]);
  expect(undecidedIn(facts())).toEqual([]);
});

/** Whose an organization is stands in no policy (docs/adr/0019-whose-an-organization-is.md). */
test.each<[string, () => Facts]>([
  [
    'everyone of one organization',
    () => trusting([statement(), everyone({ StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } })]),
  ],
  [
    'everyone but by a Deny only of one organization',
    () =>
      trusting([
        statement(),
        everyone({}),
        everyone({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, { Effect: 'Deny' }),
      ]),
  ],
])('%s: no finding, and whether it is the own one was not read', (_title, facts) => {
  expect(causesIn(facts())).toEqual([]);
  expect(undecidedIn(facts())).toEqual([
    'trust-open-to-accounts: whether o-abcdefghij is the own organization was not read, and "trusted.organizations" does not name it',
  ]);
});

/** A cluster that is gone for good, with its provider. */
const gone = aProvider({ issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/9F00AB12CD34EF56AA77BB88CC99DD00' }).arn;
const ofIssuer = (arn: string) => {
  const name = arn.slice(arn.indexOf('/') + 1);
  const tests = { [`${name}:sub`]: exact, [`${name}:aud`]: 'sts.amazonaws.com' };
  return statement({ StringEquals: tests }, { Principal: { Federated: arn } });
};
const severitiesIn = (facts: Facts) =>
  evaluate(facts, { rules: catalog }).findings.map(({ severity, impact, ruleId }) => `${severity} ${impact} ${ruleId}`);

test.each<[string, string, () => Facts]>([
  [
    'beside a living one breaks nothing',
    'low hygiene trust-provider-missing',
    () => trusting([statement(own, { Principal: { Federated: [aProvider().arn, gone] } })]),
  ],
  [
    'in a statement of its own breaks nothing',
    'low hygiene trust-provider-missing',
    () => trusting([statement(), ofIssuer(gone)]),
  ],
  [
    'where no issuer was probed is no worse for what was not read',
    'low hygiene trust-provider-missing',
    () => ({ ...trusting([statement(), ofIssuer(gone)]), issuers: {} }),
  ],
  [
    'that may live elsewhere',
    'high breaks trust-provider-missing',
    () => trusting([statement(), ofIssuer(gone.replace('eu-west-1', 'us-west-2'))]),
  ],
])('a trusted provider that does not exist, of a cluster that is gone, %s', (_title, expected, facts) => {
  expect(severitiesIn(facts())).toEqual([expected]);
});

/** These are broken, or open: what is told is the cause, and it alone. */
test.each<[string, string, () => Facts]>([
  [
    'StringNotEquals by mistake',
    'service-account-role-not-trusting conditionFails + trust-any-namespace open',
    () => trusting([statement({ StringEquals: aud, StringNotEquals: { [key('sub')]: exact } })]),
  ],
  [
    'aud and sub swapped',
    'trust-key-issuer-mismatch wrong-claim',
    () => trusting([statement({ StringEquals: { [key('aud')]: exact, [key('sub')]: 'sts.amazonaws.com' } })]),
  ],
  ['no-break space at the end', 'trust-subject-malformed white-space', () => sub(`${exact}\u00a0`)],
  ['annotation with no-break space', 'service-account-role-arn-malformed white-space', () => named(`${cart}\u00a0`)],
  [
    'annotation with a Cyrillic letter',
    'service-account-role-arn-malformed no-arn',
    () => named(cart.replace('a', '\u0430')),
  ],
  [
    'role of Lambda',
    'service-account-role-not-trusting otherPrincipal',
    () => trusting([{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }]),
  ],
  [
    'subjects joined by a comma',
    'trust-subject-malformed form',
    () => sub(`${exact},system:serviceaccount:checkout:web`),
  ],
  ['a list as text', 'trust-subject-malformed prefix', () => sub(`["${exact}"]`)],
  [
    'principal without ARN',
    'trust-provider-missing impossible',
    () => trusting([statement(own, { Principal: { Federated: host } })]),
  ],
  [
    'audience refused by role alone',
    'service-account-audience-refused refusedByRole + pod-audience-stale stale',
    () =>
      world(annotated({ 'eks.amazonaws.com/audience': 'team' }), {
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'team'] })]),
      }),
  ],
  [
    'namespaceSelector leaves out',
    'webhook-invalid namespaceSelector',
    () =>
      world({
        ...webhook({
          namespaceSelector: {
            matchLabels: {},
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['checkout'] }],
          },
        }),
        namespaces: complete([
          { name: 'checkout', labels: { 'kubernetes.io/metadata.name': 'checkout' }, terminating: false },
        ]),
      }),
  ],
  [
    'init container without',
    'pod-container-uncovered nothing',
    () => world(podsOf(aPod({ containers: [aContainer(), bare({ name: 'migrate', init: true })] }))),
  ],
  [
    'sub must be absent',
    'trust-never-matches test',
    () => trusting([statement({ StringEquals: aud, Null: { [key('sub')]: 'true' } })]),
  ],
  ['all subjects', 'trust-any-subject open', () => sub('system:serviceaccount:*', 'StringLike')],
  ['ends in cart', 'trust-any-namespace open', () => sub('*cart', 'StringLike')],
  ['pods/exec', 'webhook-invalid rules', () => world(rules({ resources: ['pods/exec'] }))],
  ['scope Cluster', 'webhook-invalid rules', () => world(rules({ scope: 'Cluster' }))],
  ['apiVersions v1beta1', 'webhook-invalid rules', () => world(rules({ apiVersions: ['v1beta1'] }))],
  [
    'path and case',
    'service-account-role-missing otherPathAndCase',
    () =>
      world(
        {},
        {
          roles: complete([
            aRole({
              name: 'Checkout-Cart',
              arn: 'arn:aws:iam::111122223333:role/x/Checkout-Cart',
              path: '/x/',
              detail: detail(),
            }),
          ]),
        },
      ),
  ],
  [
    'own organization by pattern',
    'trust-open-to-accounts tested',
    () => trusting([statement(), everyone({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } })]),
  ],
  [
    'anyone of any account with a name',
    'trust-open-to-accounts tested',
    () =>
      trusting([
        statement(),
        everyone({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/cart' } }, { Action: 'sts:*' }),
      ]),
  ],
  [
    'not one account',
    'trust-principal-wildcard everyone',
    () => trusting([statement(), everyone({ StringNotEquals: { 'aws:PrincipalAccount': '999988887777' } })]),
  ],
  [
    'all addresses',
    'trust-principal-wildcard everyone',
    () => trusting([statement(), everyone({ IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } })]),
  ],
  [
    'key with a blank',
    'service-account-annotation-mistyped annotation',
    () =>
      world({
        ...sas(aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn ': cart } })),
        ...podsOf(barePod()),
      }),
  ],
  [
    'token of another container',
    'pod-container-uncovered noMount',
    () => world(podsOf(aPod({ containers: [aContainer({ mounts: {} })] }))),
  ],
  [
    'keys of a session',
    'pod-static-credentials keys',
    () =>
      world(
        podsOf(
          aPod({
            containers: [
              aContainer({
                awsVariables: [
                  ...aContainer().awsVariables,
                  'AWS_ACCESS_KEY_ID',
                  'AWS_SECRET_ACCESS_KEY',
                  'AWS_SESSION_TOKEN',
                ],
              }),
            ],
          }),
        ),
      ),
  ],
  [
    'key without id/',
    'trust-key-issuer-mismatch wrong-key',
    () => trusting([statement({ StringEquals: { [`${host.replace('/id/', '/')}:sub`]: exact, ...aud } })]),
  ],
  [
    'key with https',
    'trust-key-issuer-mismatch wrong-key',
    () => trusting([statement({ StringEquals: { [`https://${key('sub')}`]: exact, ...aud } })]),
  ],
  [
    'everyone, and a Deny that a web identity may not meet',
    'trust-principal-wildcard may-be',
    () =>
      trusting([
        statement(),
        everyone({}, { Action: 'sts:*' }),
        everyone({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, { Effect: 'Deny' }),
      ]),
  ],
  [
    'everyone but the own account',
    'trust-open-to-accounts may-be-any + trust-undecidable element',
    () =>
      trusting([
        statement(),
        { Effect: 'Allow', NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' },
      ]),
  ],
  ['question mark literal', 'trust-subject-literal-wildcard allow', () => sub('system:serviceaccount:checkout:car?')],
  [
    'two subjects ANDed',
    'trust-never-matches contradiction',
    () =>
      trusting([
        statement({
          StringEquals: { ...aud, [key('sub')]: exact },
          StringLike: { [key('sub')]: 'system:serviceaccount:other:*' },
        }),
      ]),
  ],
  [
    'yesterday',
    'trust-condition-expired expired',
    () => trusting([statement({ ...own, DateLessThan: { 'aws:CurrentTime': '2026-10-31T00:00:00Z' } })]),
  ],
])('%s: %s', (_title, causes, facts) => {
  expect(causesIn(facts()).join(' + ')).toBe(causes);
});
