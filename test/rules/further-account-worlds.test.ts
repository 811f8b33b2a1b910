/** Single worlds of providers, issuers and clusters in which two facts together decide: what the rules say of each, all of it. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aReadCluster, aWebhook } from '../support/example-cluster.ts';
import {
  aCertificate,
  aCluster,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { aGap, bareContainer, barePod, denied, worldOf } from '../support/in-cluster-world.ts';
import { calling, window } from './runtime/worlds.ts';
import { sayOf } from './say-of.ts';
import { withFleet } from './service-account/worlds.ts';
import { other, otherProvider } from './trust/judge.ts';

const cart = aRole().arn;
const otherIssuer = `https://${other}`;
const roles = (...policies: readonly string[]) => ({
  roles: complete(policies.map((trustPolicy, at) => aRole({ trustPolicy, ...(at > 0 && { name: `role-${at}` }) }))),
});
const level = {
  rolePermissions: complete({
    roles: {},
    policies: {},
    levels: {
      [cart]: { level: 'administrator' as const, shown: { policy: 'p', statement: 's', action: '*', resource: '*' } },
    },
  }),
};

test.each<readonly [rules: string, title: string, facts: () => Facts]>([
  [
    'runtime-thumbprint-consulted',
    'calls through two providers, and of none that is known',
    () => {
      const seen = { verificationMethods: ['Thumbprint'] };
      const { runtime } = calling(seen).snapshot;
      const [one] = runtime.status === 'unavailable' ? [] : runtime.value.events;
      const { providerArn: _none, ...nameless } = one ?? {
        roleArn: cart,
        region: 'x',
        successes: 0,
        failures: [],
        userAgents: [],
        verificationMethods: [],
        lastAt: 'x',
      };
      return someFacts(one ? window(one, { ...one, providerArn: otherProvider, region: 'us-east-1' }, nameless) : {});
    },
  ],
  [
    'provider-url-mismatch, role-trusts-dead-cluster',
    'a role trusts the other name of the issuer',
    () => {
      const issuer = exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws');
      return someFacts({ ...roles(aTrustPolicy({ issuer })), providers: complete([aProvider({ issuer })]) });
    },
  ],
  [
    'provider-url-mismatch',
    'the other name of the issuer, and providers were read in part',
    () => {
      const issuer = exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws');
      return someFacts({ providers: withGaps([aProvider({ issuer })], [aGap('iam:ListOpenIDConnectProviders')]) });
    },
  ],
  [
    'issuer-outside',
    'an issuer of EKS that answers, in a fleet with an account that was not read',
    () => {
      const snapshot = aSnapshot({
        providers: complete([aProvider({ issuer: otherIssuer })]),
        ...roles(aTrustPolicy({ issuer: otherIssuer })),
      });
      return {
        ...someFacts({ ...snapshot, issuers: [anIssuer({ url: otherIssuer })] }),
        fleet: indexOf([snapshot], ['777788889999']),
      };
    },
  ],
  [
    'issuer-outside',
    'an issuer of EKS that answers, in a role of an administrator',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: otherIssuer })]),
        ...roles(aTrustPolicy({ issuer: otherIssuer })),
        ...level,
        issuers: [anIssuer({ url: otherIssuer })],
      }),
  ],
  [
    'provider-orphaned',
    'its host shows a certificate of nobody’s',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: otherIssuer })]),
        issuers: [
          anIssuer(),
          anIssuer({
            url: otherIssuer,
            host: complete(aHost({ trust: { verdict: 'untrusted', why: 'self-signed certificate' } })),
            discovery: unavailable({ kind: 'not-found', operation: 'GET', message: '404' }),
          }),
        ],
      }),
  ],
  [
    'provider-orphaned',
    'its calls are refused',
    () =>
      someFacts({
        providers: complete([aProvider(), aProvider({ issuer: otherIssuer })]),
        issuers: [anIssuer()],
        ...window({
          roleArn: cart,
          providerArn: otherProvider,
          region: 'eu-west-1',
          successes: 0,
          failures: [],
          userAgents: [],
          verificationMethods: [],
          lastAt: '2026-11-01T05:00:00Z',
        }),
      }),
  ],
  ...(['timed-out', 'throttled', 'unreachable', 'denied', 'invalid'] as const).map(
    kind =>
      [
        'provider-orphaned',
        `its issuer answers with ${kind}`,
        () =>
          someFacts({
            providers: complete([aProvider({ issuer: otherIssuer })]),
            issuers: [
              anIssuer(),
              anIssuer({ url: otherIssuer, discovery: unavailable({ kind, operation: 'GET', message: 'x' }) }),
            ],
          }),
      ] as const,
  ),
  [
    'provider-orphaned',
    'a page of providers was not read, and the issuer was not asked',
    () =>
      someFacts({
        providers: withGaps([aProvider({ issuer: otherIssuer })], [aGap('iam:ListOpenIDConnectProviders')]),
        issuers: [anIssuer()],
      }),
  ],
  [
    'provider-orphaned',
    'the details of a provider were not read, and the issuer was not asked',
    () =>
      someFacts({
        providers: withGaps(
          [aProvider({ issuer: otherIssuer })],
          [{ ...aGap('iam:GetOpenIDConnectProvider'), what: otherProvider }],
        ),
        issuers: [anIssuer()],
      }),
  ],
  [
    'cluster-provider-missing',
    'the providers of another account were not read',
    () =>
      withFleet(someFacts({ providers: complete([]) }), {
        accounts: [
          { accountId: '111122223333', rolesRead: true, providersRead: true },
          { accountId: '444455556666', rolesRead: true, providersRead: false },
        ],
      }),
  ],
  ...([true, false] as const).map(
    isPublic =>
      [
        'issuer-certificate-expiring',
        `a certificate that only a thumbprint needs, in a chain that is ${isPublic ? '' : 'not '}public`,
        () =>
          someFacts({
            settings: { registeredIssuers: ['https://k8s.example'] },
            providers: complete([aProvider({ issuer: 'https://k8s.example', thumbprints: ['1'.repeat(40)] })]),
            issuers: [
              anIssuer(),
              anIssuer({
                url: 'https://k8s.example',
                host: complete(
                  aHost({
                    host: 'k8s.example',
                    chain: [
                      aCertificate({ sha1: '1'.repeat(40), isCa: false, notAfter: '2026-11-03T00:00:00.000Z' }),
                      aCertificate(),
                    ],
                    trust: isPublic ? { verdict: 'public' } : { verdict: 'untrusted', why: 'unknown issuer' },
                  }),
                ),
              }),
            ],
          }),
      ] as const,
  ),
  ...[89, 90, 91, 399, 400, 401].flatMap(days =>
    (['created', 'used'] as const).map(
      how =>
        [
          'role-unused',
          `a role that was ${how} ${days} days ago`,
          () => {
            const at = new Date(Date.parse('2026-11-01T06:00:00Z') - days * 86_400_000).toISOString();
            const detail = { attachedPolicyArns: [], isAdministrator: false, tags: {} };
            return someFacts({
              roles: complete([
                how === 'used'
                  ? aRole({ createdAt: '2020-01-01T00:00:00Z', detail: complete({ ...detail, lastUsedAt: at }) })
                  : aRole({ createdAt: at, detail: complete(detail) }),
              ]),
            });
          },
        ] as const,
    ),
  ),
  [
    'cluster-provider-missing',
    'nothing needs a provider, and those of another account were not read',
    () => {
      const accounts = ['111122223333', '444455556666'].map(accountId => ({
        ...{ accountId, rolesRead: true, providersRead: accountId === '111122223333' },
      }));
      return withFleet(someFacts({ providers: complete([]), roles: complete([]) }), { accounts });
    },
  ],
  [
    'cluster-provider-missing',
    'whether its service account has Pod Identity in place of the role is not known',
    () =>
      someFacts({
        providers: complete([]),
        roles: complete([]),
        clusters: complete([
          aReadCluster(
            {
              pods: complete([
                barePod({ containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] })] }),
              ]),
            },
            { podIdentity: withGaps([], [aGap('eks:ListPodIdentityAssociations')]) },
          ),
        ]),
      }),
  ],
  [
    'cluster-issuer-absent',
    'a local cluster that is updated',
    () => {
      const { issuer: _issuer, ...cluster } = aCluster({ status: 'UPDATING' });
      return someFacts({ clusters: complete([aReadCluster({}, { cluster })]) });
    },
  ],
  [
    'cluster-unauditable',
    'the endpoints of the webhook may not be read',
    () => {
      const { name, webhooks } = aWebhook();
      const service = { namespace: 'kube-system', name: 'hook', ready: unavailable<number>(denied) };
      return worldOf(
        { webhook: complete({ name, webhooks: webhooks.map(({ url: _url, ...one }) => ({ ...one, service })) }) },
        { settings: { inCluster: true } },
      );
    },
  ],
  [
    'runtime-role-never-assumed, runtime-assume-failing',
    'calls of one hour were not read',
    () =>
      someFacts({
        runtime: withGaps({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }, [
          aGap('cloudtrail:LookupEvents'),
        ]),
      }),
  ],
])('%s: %s', (rules, _title, facts) => {
  expect(sayOf(rules, facts())).toEqual([]);
});
