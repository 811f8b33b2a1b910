import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete, type ReadFailure, unavailable } from '../../../lib/model/collected.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { issuerDiscoveryInvalid } from '../../../lib/rules/issuer/issuer-discovery-invalid.ts';
import { issuerUnreachable } from '../../../lib/rules/issuer/issuer-unreachable.ts';
import { differencesInWords, likenessOf } from '../../../lib/rules/oidc/issuer-likeness.ts';
import { runtimeRoleNeverAssumed } from '../../../lib/rules/runtime/runtime-role-never-assumed.ts';
import { roleUnused } from '../../../lib/rules/trust/role-unused.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import {
  aCertificate,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';

import { verdictOf } from '../../support/verdict-of.ts';

const host = 'oidc.eks.eu-west-1.amazonaws.com';
const id = '/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const said = (ruleId: string, facts: Facts): readonly string[] => {
  const rule = ruleById(ruleId);
  if (!rule) throw new Error(`there is no rule ${ruleId}`);
  return verdictOf(rule, facts).said;
};

describe('in what two issuers differ', () => {
  test.each<[string, string, readonly string[] | undefined]>([
    [`${host}${id}`, `https://${host}${id}`, []],
    [`${host.toUpperCase()}${id}`, `${host}${id}`, ['case']],
    [`${host}${id.toLowerCase()}/`, `${host}${id}`, ['case', 'trailing slash']],
    [`${host}:443${id}`, `${host}${id}`, ['port']],
    [`oidc-eks.eu-west-1.api.aws${id}`, `${host}${id}`, ['dual-stack alias']],
    [`oidc-eks.eu-west-1.amazonaws.com${id}`, `${host}${id}`, ['host']],
    [`oidc.eks.eu-west-2.amazonaws.com${id}`, `${host}${id}`, ['region']],
    [`mirror.example${id}`, `${host}${id}`, ['host']],
    [`${host}${id}`, `mirror.example${id}`, ['host']],
    // Not the ids of one cluster: two issuers of their own.
    ['a.example/realm', 'b.example/realm', undefined],
    ['a.example', 'b.example', undefined],
    [`${host}/id/1`, `${host}/id/2`, undefined],
  ])('%s and %s', (written, meant, expected) => expect(likenessOf(written, meant)).toEqual(expected));
  test('in words', () => expect(differencesInWords(['case', 'port'])).toBe('by upper and lower case, and by a port'));
});

test('a role for an issuer that names no region is not called dead, and why is said', () => {
  const issuer = 'https://oidc.eks.local/id/1';
  const facts = someFacts({
    providers: complete([aProvider({ issuer })]),
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer }) })]),
  });
  expect(said('role-trusts-dead-cluster', facts)).toEqual([
    `unknown: the cluster of ${issuer}: its host names no region`,
  ]);
});

describe('a chain', () => {
  const provider = complete([aProvider({ thumbprints: ['ab'.repeat(20)] })]);
  const served = (over: Parameters<typeof aHost>[0]) =>
    someFacts({ providers: provider, issuers: [anIssuer({ host: complete(aHost(over)) })] });
  test.each(['provider-thumbprint-mismatch', 'issuer-certificate-untrusted', 'issuer-certificate-expiring'])(
    'of no certificate says nothing to %s',
    ruleId => {
      expect(said(ruleId, served({ chain: [] }))).toEqual([
        `unknown: the server of ${exampleIssuer} sent no certificates`,
      ]);
    },
  );
  test('at another address or port is told from where it came', () => {
    const of = (over: Parameters<typeof aHost>[0]) => {
      const rule = ruleById('provider-thumbprint-mismatch');
      if (!rule) throw new Error('there is no such rule');
      return verdictOf(rule, served({ chain: [aCertificate()], ...over })).findings[0]?.evidence.at(-1)?.readFrom;
    };
    expect(of({})).toBe(`TLS handshake with ${host}:443`);
    expect(of({ host: `${host}:8443`, overridden: true, address: '127.0.0.1' })).toBe(
      `TLS handshake with ${host}:8443 at 127.0.0.1 (--connect-to)`,
    );
  });
});

test('an audience of a cluster in which nobody asks for any', () => {
  const rule = ruleById('provider-audience-unexpected');
  if (!rule) throw new Error('there is no such rule');
  const facts = someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([]), pods: complete([]) })]),
    providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
  });
  expect(verdictOf(rule, facts).findings[0]?.evidence.map(({ got }) => got)).toEqual(['vault', 'none']);
});

describe('asked directly about what was not read, a rule says unknown', () => {
  const reason: ReadFailure = { kind: 'denied', operation: 'x', message: 'no' };
  const facts = someFacts({ runtime: unavailable(reason) });
  const place = { accountId: '111122223333' };
  const issuer = { id: exampleIssuer, place, url: exampleIssuer, facts: unavailable<never>(reason) };
  const role = aRole({ detail: unavailable(reason) });
  const [subject] = subjectsOfAccount(someFacts({ roles: complete([role]) })).role;
  test.each([
    ['issuer-unreachable', issuerUnreachable.check(issuer, facts)],
    ['issuer-discovery-invalid', issuerDiscoveryInvalid.check(issuer, facts)],
    ['role-unused', subject && roleUnused.check(subject, facts)],
    [
      'runtime-role-never-assumed',
      runtimeRoleNeverAssumed.check({ id: role.arn, place, roleArn: role.arn, events: [] }, facts),
    ],
  ])('%s', (_, verdict) => expect(verdict).toMatchObject({ outcome: 'unknown' }));
});
