import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { aContainer, aPod, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole } from '../support/example-world.ts';
import {
  annotated,
  another,
  barePod,
  cart,
  causesIn,
  detail,
  exact,
  host,
  oldHost,
  own,
  podsOf,
  podWith,
  roleKey,
  serviceWebhook,
  statement,
  trusting,
  webhook,
  world,
} from '../support/whole-worlds.ts';

const other = cart.replace('checkout-cart', 'other');
const unannotated = { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) };
const named = (roleArn: string): Facts =>
  world({ serviceAccounts: complete([aServiceAccount({ annotations: { [roleKey]: roleArn } })]), ...podsOf() });
const sub = (value: unknown, operator = 'StringEquals'): Facts =>
  trusting([
    statement({
      StringEquals: {
        [`${host}:aud`]: 'sts.amazonaws.com',
        ...(operator === 'StringEquals' ? { [`${host}:sub`]: value } : {}),
      },
      ...(operator === 'StringEquals' ? {} : { [operator]: { [`${host}:sub`]: value } }),
    }),
  ]);
const regional = { AWS_STS_REGIONAL_ENDPOINTS: 'regional', AWS_REGION: 'eu-west-1' };

/** Broken in one place, and all else looks right: the one cause is named, and nothing beside it. */
test.each<[string, string, () => Facts]>([
  [
    'a tool removed the annotation',
    'pod-role-unannotated removed',
    () => world({ ...unannotated, ...podsOf(podWith(regional)) }),
  ],
  [
    'the role is annotated on the pod',
    'pod-annotation-ignored role',
    () => world({ ...unannotated, ...podsOf(barePod({ annotations: { [roleKey]: cart } })) }),
  ],
  [
    'the template names no service account',
    'service-account-workload-elsewhere elsewhere',
    () => world(podsOf(barePod({ serviceAccount: 'default' }))),
  ],
  [
    'the pod asks for a token of 60 seconds',
    'pod-option-ignored outOfBounds',
    () => world(podsOf(aPod({ annotations: { 'eks.amazonaws.com/token-expiration': '60' } }))),
  ],
  [
    'the audience was changed after the pod',
    'pod-audience-stale stale',
    () =>
      world(
        { ...annotated({ 'eks.amazonaws.com/audience': 'shop' }) },
        {
          providers: complete([aProvider({ audiences: ['shop'] })]),
          roles: trusting([statement({ StringEquals: { [`${host}:aud`]: 'shop', [`${host}:sub`]: exact } })]).snapshot
            .roles,
        },
      ),
  ],
  [
    'the template sets a role that trusts another service account',
    'pod-role-not-trusting refused',
    () =>
      world(
        {
          ...unannotated,
          ...podsOf(
            aPod({
              containers: [
                aContainer({
                  irsaEnvironment: { AWS_ROLE_ARN: other, AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' },
                  mounts: { own: '/tokens' },
                }),
              ],
              volumes: [{ name: 'own', audience: 'sts.amazonaws.com', path: 'aws' }],
            }),
          ),
        },
        { roles: complete([aRole({ detail: detail() }), another('other', 'system:serviceaccount:checkout:basket')]) },
      ),
  ],
  [
    'the date of the trust policy passed',
    'trust-condition-expired expired',
    () => trusting([statement({ ...own, DateLessThan: { 'aws:CurrentTime': '2026-10-31T00:00:00Z' } })]),
  ],
  [
    'a Deny began last night',
    'trust-condition-expired expired',
    () =>
      trusting([
        statement(),
        statement({ DateGreaterThan: { 'aws:CurrentTime': '2026-11-01T00:00:00Z' } }, { Effect: 'Deny' }),
      ]),
  ],
  [
    'the keys are of the cluster that was replaced',
    'trust-key-issuer-mismatch wrong-key',
    () =>
      trusting([statement({ StringEquals: { [`${oldHost}:aud`]: 'sts.amazonaws.com', [`${oldHost}:sub`]: exact } })]),
  ],
  ['a star under StringEquals', 'trust-subject-literal-wildcard allow', () => sub('system:serviceaccount:checkout:*')],
  ['the subject in capitals', 'trust-subject-malformed upper-case', () => sub('system:serviceaccount:Checkout:cart')],
  ['a subject without its prefix', 'trust-subject-malformed prefix', () => sub('checkout:cart')],
  [
    'a test that no token has restricts nothing',
    'trust-any-subject open',
    () =>
      trusting([
        statement({
          StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
          StringLikeIfExists: { [`${oldHost}:sub`]: exact },
        }),
      ]),
  ],
  [
    'the audience of China in the policy',
    'trust-audience-impossible impossible',
    () => trusting([statement({ StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com.cn', [`${host}:sub`]: exact } })]),
  ],
  [
    'any AWS account beside the service account',
    'trust-open-to-accounts tested',
    () =>
      trusting([
        statement(),
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'sts:AssumeRole',
          Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
        },
      ]),
  ],
  ['the annotation has two ARNs', 'service-account-role-arn-malformed several-arns', () => named(`${cart},${other}`)],
  [
    'the annotation has a placeholder',
    'service-account-role-arn-malformed template',
    () => named('arn:aws:iam::{{ account }}:role/checkout-cart'),
  ],
  [
    'the role’s path was left out',
    'service-account-role-missing otherPath',
    () =>
      world(podsOf(), {
        roles: complete([aRole({ arn: cart.replace('role/', 'role/team/'), path: '/team/', detail: detail() })]),
      }),
  ],
  [
    'the provider does not list the audience',
    'service-account-audience-refused notInProvider',
    () => world({ ...annotated({ 'eks.amazonaws.com/audience': 'shop' }), ...podsOf() }),
  ],
  [
    'the webhook’s URL is of another host',
    'webhook-invalid otherHost',
    () => world({ ...webhook({ url: 'https://10.0.0.1:443/mutate' }), ...podsOf(barePod()) }),
  ],
  [
    'the webhook’s namespace is gone',
    'webhook-invalid namespaceMissing',
    () => world({ ...serviceWebhook({ namespace: 'eks', name: 'w', path: '/mutate' }), ...podsOf(barePod()) }),
  ],
  [
    'the webhook’s service has no endpoint',
    'webhook-invalid noEndpoints',
    () =>
      world({
        ...serviceWebhook({ namespace: 'kube-system', name: 'pod-identity-webhook', path: '/mutate' }, 0),
        ...podsOf(barePod()),
      }),
  ],
  [
    'the webhook’s selector leaves out one of two pods',
    'webhook-invalid objectSelectorSome',
    () =>
      world({
        ...webhook({ objectSelector: { matchLabels: { inject: 'yes' }, matchExpressions: [] } }),
        ...podsOf(aPod({ labels: { inject: 'yes' } }), barePod({ name: 'b' })),
      }),
  ],
  [
    'the webhook is gone',
    'webhook-missing missing',
    () => world({ webhook: complete(undefined), ...podsOf(barePod()) }),
  ],
  [
    'one container has the role by half',
    'pod-container-uncovered loneVariable',
    () =>
      world(
        podsOf(
          aPod({
            containers: [
              aContainer(),
              aContainer({ name: 'b', awsVariables: ['AWS_ROLE_ARN'], irsaEnvironment: { AWS_ROLE_ARN: cart } }),
            ],
          }),
        ),
      ),
  ],
  [
    'an access key beside the role',
    'pod-static-credentials keys',
    () =>
      world(
        podsOf(podWith({}, { awsVariables: ['AWS_ACCESS_KEY_ID', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'] })),
      ),
  ],
  [
    'the pod is older than the annotation',
    'pod-not-injected annotationNewer',
    () =>
      world({
        serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-10-20T00:00:00Z' })]),
        ...podsOf(barePod()),
      }),
  ],
  [
    'the provider has the audience with a blank',
    'provider-audience-missing nearMiss',
    () => world({}, { providers: complete([aProvider({ audiences: ['sts.amazonaws.com '] })]) }),
  ],
  [
    'the whole namespace instead of one service account',
    'trust-any-service-account-in-namespace open',
    () => sub('system:serviceaccount:checkout:*', 'StringLike'),
  ],
])('%s: %s', (_title, cause, facts) => {
  expect(causesIn(facts())).toEqual([cause]);
});
