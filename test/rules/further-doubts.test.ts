/** Unread parts of an issuer, of authorities and of pods, each beside each: all that the rules say of them. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import type { ClusterAuthority } from '../../lib/model/cluster.ts';
import { complete, type ReadFailureKind, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aPod, aReadCluster, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import { aHost, anIssuer, aProvider, aRole, someFacts } from '../support/example-world.ts';
import { aGap, barePod, worldOf } from '../support/in-cluster-world.ts';
import { around } from '../support/paired-lines.ts';
import { anAssociation } from './pod-identity/example-association.ts';
import { dead, gone, runtime, untrusted } from './provider/worlds.ts';
import { sayOf } from './say-of.ts';
import { aud, policy, statement } from './trust/judge.ts';
import { authority } from './webhook/worlds.ts';

const failed = (kind: ReadFailureKind) => unavailable<never>({ kind, operation: 'GET', message: kind });
const issuers = {
  host: {
    sent: { host: complete(aHost()) },
    'sent by a proxy': { host: complete(aHost({ trust: untrusted })) },
    'not reached': { host: failed('unreachable') },
    'not found': { host: failed('not-found') },
    private: { host: complete(aHost()), fromPrivateNetwork: true },
  },
  document: {
    'not found': { discovery: failed('not-found') },
    denied: { discovery: failed('denied') },
    invalid: { discovery: failed('invalid') },
    'timed out': { discovery: failed('timed-out') },
    throttled: { discovery: failed('throttled') },
    'of another': { discovery: complete({ issuer: 'x' }) },
  },
  calls: {
    none: {},
    accepted: { runtime: runtime(aProvider({ issuer: gone }).arn, []) },
    'of another': { runtime: runtime(aProvider().arn, []) },
    'not asked for': { runtime: failed('not-asked-for') },
    denied: { runtime: failed('denied') },
  },
  fleet: { whole: [], 'an account was not read': ['999988887777'] },
} as const;

test('an issuer of no cluster, by what was read of it', () => {
  const threw = around(issuers, { host: 'sent', document: 'not found', calls: 'none', fleet: 'whole' })
    .concat(around(issuers, { host: 'sent', document: 'denied', calls: 'none', fleet: 'whole' }))
    .flatMap(([, { host, document, calls, fleet }]) => {
      const facts = dead({ issuers: [anIssuer(), anIssuer({ url: gone, ...host, ...document })], ...calls });
      return sayOf('provider-orphaned', { ...facts, fleet: indexOf([facts.snapshot], fleet) });
    });
  expect(threw).toEqual([]);
});

const [own] = aReadCluster().cluster.caCertificates;
if (!own) throw new Error('got no authority of the cluster, want one');
const next = authority({ subject: 'CN=next', sha256: 'e'.repeat(64), notBefore: '2026-10-01T00:00:00Z' });
const first = { ...own, notBefore: '2020-01-01T00:00:00Z' };
const tells = (...list: readonly (readonly [string, string, string?])[]) =>
  complete(
    list.map(
      ([sha256, signing, activatedAt], at): ClusterAuthority => ({
        id: `${at}`,
        sha256,
        signing,
        ...(activatedAt !== undefined && { activatedAt }),
      }),
    ),
  );
const began = '2026-10-01T00:00:00Z';
const rotations = {
  bundle: { first: [first], next: [next], both: [first, next], another: [authority()] },
  own: { first: [first], both: [first, next], turned: [next, first] },
  authorities: {
    'not told': {},
    'not read': { authorities: failed('denied') },
    'the first signs': { authorities: tells([first.sha256, 'IN_USE', began], [next.sha256, 'NOT_USED']) },
    'the next is to sign': { authorities: tells([first.sha256, 'IN_USE', began], [next.sha256, 'ACTIVATING']) },
    'the next signs': { authorities: tells([first.sha256, 'NOT_USED', began], [next.sha256, 'IN_USE', began]) },
    'both signed': { authorities: tells([first.sha256, 'NOT_USED', began], [next.sha256, 'NOT_USED', began]) },
  },
  pods: {
    injected: [aPod()],
    'injected a minute ago': [aPod({ createdAt: '2026-11-01T05:59:00Z' })],
    'missed last': [barePod({ createdAt: '2026-11-01T05:58:00Z' })],
    none: [],
  },
} as const;

test('the bundle of the webhook, by what EKS tells', () => {
  const base = { bundle: 'first', own: 'both', authorities: 'not told', pods: 'injected' } as const;
  const threw = around(rotations, base)
    .concat(around(rotations, { ...base, bundle: 'another' }))
    .flatMap(([, { bundle, own: caCertificates, pods, authorities }]) => {
      const inside = {
        webhook: complete(aWebhook({ caCertificates: complete(bundle) })),
        serviceAccounts: complete([aServiceAccount({ annotatedAt: began })]),
        pods: complete(pods),
      };
      const { cluster } = aReadCluster();
      return sayOf(
        'webhook-ca-mismatch',
        worldOf(inside, {}, { cluster: { ...cluster, caCertificates }, ...authorities }),
      );
    });
  expect(threw).toEqual([]);
});

const forAudience = (text: unknown, over: object = {}) =>
  statement({ Condition: { StringEquals: { [aud]: text } }, ...over });
const wildcards = [
  '*',
  { AWS: '*' },
  { Federated: '*' },
  { AWS: '*', Federated: '*' },
  { Federated: '*', Service: '*' },
] as const;

const named = (value: string) => ({ annotations: { 'iam.amazonaws.com/role': value } });
const unowned = { createdAt: '2026-10-02T00:00:00Z' };
const { owner: _owner, ...naked } = barePod(unowned);

test.each<readonly [rules: string, title: string, facts: () => Facts]>([
  ...[naked, barePod({ ...unowned, owner: { kind: 'Rollout', name: 'cart' } }), barePod(unowned)].flatMap((pod, at) =>
    [aRole().name, aRole().arn].map(
      value =>
        [
          'service-account-annotation-mistyped',
          `${value} under another key, and pod ${at}`,
          () => worldOf({ serviceAccounts: complete([aServiceAccount(named(value))]), pods: complete([pod]) }),
        ] as const,
    ),
  ),
  ...[
    complete([anAssociation({ serviceAccount: 'default' })]),
    complete([anAssociation()]),
    withGaps([], [aGap('eks:ListPodIdentityAssociations')]),
    failed('denied'),
  ].map(
    (podIdentity, at) =>
      [
        'service-account-on-default',
        `the account default, and associations ${at}`,
        () =>
          worldOf(
            { serviceAccounts: complete([aServiceAccount({ name: 'default', annotations: {} })]), pods: complete([]) },
            {},
            { podIdentity },
          ),
      ] as const,
  ),
  [
    'trust-any-subject, trust-audience-unchecked',
    'one of two audiences is denied, and providers were not read',
    () =>
      someFacts({
        roles: complete([
          aRole({ trustPolicy: policy(forAudience(['vault', 'other']), forAudience('vault', { Effect: 'Deny' })) }),
        ]),
        providers: failed('denied'),
      }),
  ],
  ...wildcards.flatMap(principal =>
    ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:*'].map(
      action =>
        [
          'trust-principal-wildcard',
          `${JSON.stringify(principal)}, ${action}`,
          () =>
            someFacts({
              roles: complete([
                aRole({ trustPolicy: policy({ Effect: 'Allow', Principal: principal, Action: action }) }),
              ]),
            }),
        ] as const,
    ),
  ),
  ...['111122223333', '444455556666'].map(
    account =>
      [
        'service-account-role-arn-malformed',
        `a session of account ${account}`,
        () =>
          worldOf({
            serviceAccounts: complete([
              aServiceAccount({
                annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:sts::${account}:assumed-role/${aRole().name}/x` },
              }),
            ]),
          }),
      ] as const,
  ),
])('%s: %s', (rules, _title, facts) => {
  expect(sayOf(rules, facts())).toEqual([]);
});
