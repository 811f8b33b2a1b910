import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';
import { aud, identity, identityWorld, named, selfManaged, sub, withPolicy } from '../support/rare-worlds.ts';
import {
  annotated,
  barePod,
  cart,
  causesIn,
  detail,
  exact,
  host,
  identityPod,
  oldHost,
  own,
  podsOf,
  podWith,
  statement,
  trusting,
  webhook,
  world,
} from '../support/whole-worlds.ts';

/** Broken or open by little. Judged by the documentation before it was tried: this is said, and nothing beside it. */
test.each<[string, string, () => Facts]>([
  [
    'issuer id off by one in principal and keys',
    'trust-provider-missing nearest',
    () => {
      const o = exampleIssuer.replace(/F$/, 'E');
      return world({}, { roles: complete([aRole({ detail: detail(), trustPolicy: aTrustPolicy({ issuer: o }) })]) });
    },
  ],
  [
    'issuer id off by one in the principal alone',
    'trust-provider-missing nearest',
    () => trusting([statement(own, { Principal: { Federated: aProvider().arn.replace(/F$/, 'E') } })]),
  ],
  [
    'issuer id off by one in the keys alone',
    'trust-key-issuer-mismatch wrong-key',
    () => {
      const h = host.replace(/F$/, 'E');
      return trusting([statement({ StringEquals: { [`${h}:aud`]: 'sts.amazonaws.com', [`${h}:sub`]: exact } })]);
    },
  ],
  [
    'off by one in the key of the subject alone',
    'trust-key-issuer-mismatch wrong-key',
    () => {
      const h = host.replace(/F$/, 'E');
      return trusting([statement({ StringEquals: { ...aud, [`${h}:sub`]: exact } })]);
    },
  ],
  [
    'issuer in small letters in the principal',
    'trust-provider-missing nearest',
    () => trusting([statement(own, { Principal: { Federated: aProvider().arn.toLowerCase() } })]),
  ],
  [
    'audience with a blank at its end',
    'trust-audience-impossible impossible',
    () => trusting([statement({ StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com ', [`${host}:sub`]: exact } })]),
  ],
  [
    'audience of kOps',
    'trust-audience-impossible impossible',
    () => trusting([statement({ StringEquals: { [`${host}:aud`]: 'amazonaws.com', [`${host}:sub`]: exact } })]),
  ],
  [
    'audience with https',
    'trust-audience-impossible impossible',
    () =>
      trusting([statement({ StringEquals: { [`${host}:aud`]: 'https://sts.amazonaws.com', [`${host}:sub`]: exact } })]),
  ],
  ['annotation with a newline', 'service-account-role-arn-malformed white-space', () => named(`${cart}\n`)],
  ['annotation with quotes', 'service-account-role-arn-malformed quotes', () => named(`"${cart}"`)],
  [
    'annotation names an instance profile',
    'service-account-role-arn-malformed resource-type',
    () => named(cart.replace(':role/', ':instance-profile/')),
  ],
  [
    'annotation names an assumed role',
    'service-account-role-arn-malformed session',
    () => named('arn:aws:sts::111122223333:assumed-role/checkout-cart/x'),
  ],
  [
    'annotation of another partition',
    'service-account-role-arn-malformed partition',
    () => named(cart.replace('arn:aws:', 'arn:aws-cn:')),
  ],
  [
    'annotation in another case',
    'service-account-role-missing otherCase',
    () => named(cart.replace('checkout-cart', 'Checkout-Cart')),
  ],
  [
    'annotation with a dash too few in the account',
    'service-account-role-arn-malformed account-digits',
    () => named(cart.replace('111122223333', '11112222333')),
  ],
  [
    'annotation key with an underscore',
    'service-account-annotation-mistyped annotation',
    () =>
      world({
        serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role_arn': cart } })]),
        ...podsOf(barePod()),
      }),
  ],
  [
    'annotation as label',
    'service-account-annotation-mistyped label',
    () =>
      world({
        serviceAccounts: complete([
          aServiceAccount({ annotations: {}, labels: { 'eks.amazonaws.com/role-arn': 'x' } }),
        ]),
        ...podsOf(barePod()),
      }),
  ],
  ['subject with a blank at its end', 'trust-subject-malformed white-space', () => sub(`${exact} `)],
  ['subject with a slash', 'trust-subject-malformed form', () => sub('system:serviceaccount:checkout/cart')],
  [
    'subject of a misspelt prefix in a list',
    'trust-subject-malformed prefix',
    () => sub([exact, 'system:serviceacount:checkout:basket']),
  ],
  [
    'namespace and name the wrong way round',
    'trust-subject-unknown-namespace other-user',
    () => sub('system:serviceaccount:cart:checkout'),
  ],
  [
    'name with a letter too many',
    'trust-subject-unknown-service-account other-user',
    () => sub('system:serviceaccount:checkout:carts'),
  ],
  ['plural prefix', 'trust-subject-malformed prefix', () => sub('system:serviceaccounts:checkout:cart')],
  [
    'ForAllValues on the subject of a dead issuer',
    'trust-any-subject open',
    () => trusting([statement({ StringEquals: aud, 'ForAllValues:StringEquals': { [`${oldHost}:sub`]: exact } })]),
  ],
  [
    'everybody but one',
    'trust-any-namespace open',
    () => sub('system:serviceaccount:kube-system:default', 'StringNotEquals'),
  ],
  ['no test of the subject', 'trust-any-subject open', () => trusting([statement({ StringEquals: aud })])],
  ['subject *', 'trust-any-subject open', () => sub('*', 'StringLike')],
  ['one name in any namespace', 'trust-any-namespace open', () => sub('system:serviceaccount:*:cart', 'StringLike')],
  [
    'namespaces that begin alike',
    'trust-any-namespace open',
    () => sub('system:serviceaccount:check*:cart', 'StringLike'),
  ],
  ['the wrong action', 'trust-action-wrong action', () => trusting([statement(own, { Action: 'sts:AssumeRole' })])],
  [
    'the action of SAML',
    'trust-action-wrong action',
    () => trusting([statement(own, { Action: 'sts:AssumeRoleWithSAML' })]),
  ],
  [
    'provider of another account',
    'trust-provider-foreign account',
    () => trusting([statement(own, { Principal: { Federated: aProvider({ accountId: '444455556666' }).arn } })]),
  ],
  [
    'NotPrincipal',
    'trust-undecidable element',
    () =>
      withPolicy({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: own,
          },
        ],
      }),
  ],
  [
    'Effect in small letters',
    'trust-undecidable element',
    () => withPolicy({ Version: '2012-10-17', Statement: [{ ...statement(), Effect: 'allow' }] }),
  ],
  ['principal *', 'trust-principal-wildcard may-be', () => trusting([statement(own, { Principal: '*' })])],
  [
    'Federated *',
    'trust-principal-wildcard may-be',
    () => trusting([statement(own, { Principal: { Federated: '*' } })]),
  ],
  [
    'a variable under version 2008',
    'service-account-role-not-trusting conditionFails + trust-subject-malformed form',
    () =>
      withPolicy({
        Version: '2008-10-17',
        Statement: [
          statement({
            StringEquals: { ...aud, [`${host}:sub`]: 'system:serviceaccount:checkout:${aws:RequestTag/app}' },
          }),
        ],
      }),
  ],
  [
    'an organization that no pod has',
    'trust-never-matches test',
    () =>
      trusting([statement({ ...own, StringEquals: { ...own.StringEquals, 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })]),
  ],
  [
    'an external id that no pod sends',
    'trust-never-matches test',
    () => trusting([statement({ ...own, StringEquals: { ...own.StringEquals, 'sts:ExternalId': 'x' } })]),
  ],
  [
    'an email that no token has',
    'trust-never-matches test',
    () => trusting([statement({ ...own, StringLike: { [`${host}:email`]: '*' } })]),
  ],
  [
    'a Deny that hits everyone of the namespace',
    'trust-never-matches denied',
    () => trusting([statement(), statement({ StringLike: { [`${host}:sub`]: '*:checkout:*' } }, { Effect: 'Deny' })]),
  ],
  [
    'a Deny for every audience but another',
    'trust-never-matches denied',
    () => trusting([statement(), statement({ StringNotEquals: { [`${host}:aud`]: 'vault' } }, { Effect: 'Deny' })]),
  ],
  [
    'an epoch that passed',
    'trust-condition-expired expired',
    () => trusting([statement({ ...own, NumericLessThan: { 'aws:EpochTime': '1700000000' } })]),
  ],
  [
    'a date that is not there yet',
    'trust-condition-expired notYet',
    () => trusting([statement({ ...own, DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } })]),
  ],
  [
    'a stranger account beside',
    'trust-open-to-accounts named',
    () =>
      trusting([
        statement(),
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'sts:AssumeRole' },
      ]),
  ],
  [
    'Pod Identity without sts:TagSession',
    'pod-identity-role-not-trusting silent',
    () => identityWorld(podsOf(identityPod()), identity({ Action: 'sts:AssumeRole' })),
  ],
  [
    'Pod Identity for another account of the condition',
    'pod-identity-role-not-trusting refuses',
    () =>
      identityWorld(
        podsOf(identityPod()),
        identity({ Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } }),
      ),
  ],
  [
    'Pod Identity of another service',
    'pod-identity-role-not-trusting silent',
    () => identityWorld(podsOf(identityPod()), identity({ Principal: { Service: 'eks.amazonaws.com' } })),
  ],
  [
    'Pod Identity and no agent',
    'pod-identity-agent-missing missing',
    () => identityWorld(podsOf(identityPod()), identity(), ['vpc-cni']),
  ],
  [
    'Pod Identity on Fargate',
    'pod-identity-pods-without fargate',
    () => identityWorld(podsOf(barePod({ onFargate: true })), identity()),
  ],
  [
    'Pod Identity on Windows',
    'pod-identity-pods-without windows',
    () => identityWorld(podsOf(barePod({ isWindows: true })), identity()),
  ],
  [
    'leaf pinned with a private authority',
    'issuer-certificate-untrusted otherAuthority',
    () =>
      selfManaged('https://oidc.shop.example', ['1'.repeat(40)], { verdict: 'untrusted', why: 'a private authority' }),
  ],
  [
    'the provider was registered with a slash',
    'provider-url-mismatch differs',
    () => world({}, { providers: complete([aProvider({ issuer: `${exampleIssuer}/` })]) }),
  ],
  [
    'the provider has the audience of another',
    'provider-audience-missing missing',
    () => world({}, { providers: complete([aProvider({ audiences: ['vault'] })]) }),
  ],
  [
    'the webhook’s condition leaves the namespace out',
    'webhook-invalid conditionNamespaces',
    () =>
      world({
        ...webhook({ matchConditions: [{ name: 'c', expression: 'x' }] }),
        namespaces: complete([
          { name: 'checkout', labels: {}, terminating: false, conditions: { kind: 'unmet', condition: 'c' } },
        ]),
        ...podsOf(barePod()),
      }),
  ],
  [
    'the webhook is for updates',
    'webhook-invalid rules',
    () =>
      world({
        ...webhook({
          rules: [{ operations: ['UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' }],
        }),
        ...podsOf(barePod()),
      }),
  ],
  [
    'the webhook is for apps',
    'webhook-invalid rules',
    () =>
      world({
        ...webhook({
          rules: [
            { operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['pods'], scope: '*' },
          ],
        }),
        ...podsOf(barePod()),
      }),
  ],
  [
    'the webhook is for a group of namespaces',
    'webhook-invalid namespaceSelector',
    () =>
      world({
        ...webhook({ namespaceSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } }),
        ...podsOf(barePod()),
      }),
  ],
  [
    'token expiration is no number',
    'service-account-option-ignored notWholeNumber',
    () => world(annotated({ 'eks.amazonaws.com/token-expiration': '1h' })),
  ],
  [
    'regional endpoints: yes',
    'service-account-option-ignored notBoolean',
    () => world(annotated({ 'eks.amazonaws.com/sts-regional-endpoints': 'yes' })),
  ],
  [
    'an empty audience',
    'service-account-audience-refused empty',
    () => world({ ...annotated({ 'eks.amazonaws.com/audience': '' }), ...podsOf() }),
  ],
  [
    'audience with a capital',
    'service-account-audience-refused notInProvider',
    () => world({ ...annotated({ 'eks.amazonaws.com/audience': 'STS.amazonaws.com' }), ...podsOf() }),
  ],
  [
    'a role on default',
    'service-account-on-default onDefault',
    () =>
      world(
        { serviceAccounts: complete([aServiceAccount({ name: 'default' })]), ...podsOf() },
        {
          roles: complete([
            aRole({
              detail: detail(),
              trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:default' }),
            }),
          ]),
        },
      ),
  ],
  [
    'ArnLike on the subject',
    'trust-any-subject may-be + trust-undecidable undocumented',
    () => trusting([statement({ StringEquals: aud, ArnLike: { [`${host}:sub`]: exact } })]),
  ],
  [
    'a pod that gives STS the token of the Kubernetes API',
    'pod-container-uncovered apiToken',
    () =>
      world(podsOf(podWith({ AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/kubernetes.io/serviceaccount/token' }))),
  ],
  [
    'the role of another name in the pods',
    'pod-role-stale stale',
    () => world(podsOf(podWith({ AWS_ROLE_ARN: cart.replace('checkout-cart', 'checkout-cart-v1') }))),
  ],
  [
    'an audience * under StringEquals',
    'trust-audience-impossible impossible',
    () => trusting([statement({ StringEquals: { [`${host}:aud`]: '*', [`${host}:sub`]: exact } })]),
  ],
  [
    'the provider with https:// in its ARN',
    'trust-provider-missing impossible',
    () =>
      trusting([
        statement(own, { Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/https://${host}` } }),
      ]),
  ],
  [
    'the host of the provider without the id',
    'trust-provider-missing nearest',
    () =>
      trusting([
        statement(own, {
          Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com' },
        }),
      ]),
  ],
  [
    'a provider ARN without an account',
    'trust-provider-foreign not-an-account',
    () => trusting([statement(own, { Principal: { Federated: `arn:aws:iam:::oidc-provider/${host}` } })]),
  ],
  [
    'the webhook is for ephemeral containers',
    'webhook-invalid rules',
    () =>
      world({
        ...webhook({
          rules: [
            {
              operations: ['CREATE'],
              apiGroups: [''],
              apiVersions: ['v1'],
              resources: ['pods/ephemeralcontainers'],
              scope: '*',
            },
          ],
        }),
        ...podsOf(barePod()),
      }),
  ],
])('%s: %s', (_title, causes, facts) => {
  expect(causesIn(facts()).join(' + ')).toBe(causes);
});
