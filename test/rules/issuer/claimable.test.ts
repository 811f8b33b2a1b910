import { describe, expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import type { AnyRule } from '../../../lib/rules/define-rule.ts';
import { issuerClaimable } from '../../../lib/rules/issuer/issuer-claimable.ts';
import { issuerUnreachable } from '../../../lib/rules/issuer/issuer-unreachable.ts';
import { issuerRules } from '../../../lib/rules/issuer/rules.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const own = 'https://oidc.gone.example';
const reason = { kind: 'unreachable', operation: 'TLS handshake', message: 'DNS: ENOTFOUND' } as const;
const hostless = {
  host: unavailable<never>(reason),
  discovery: unavailable<never>(reason),
  keys: unavailable<never>(reason),
};
const domain: Partial<IssuerFacts> = { ...hostless, missing: { kind: 'domain', name: 'gone.example' } };
const judge = (
  over: Partial<IssuerFacts>,
  world: Parameters<typeof someFacts>[0] = {},
  rules: readonly AnyRule[] = [issuerClaimable, issuerUnreachable],
) =>
  evaluate(
    someFacts({
      settings: { registeredIssuers: [own] },
      providers: complete([aProvider({ issuer: own })]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: own }) })]),
      clusters: complete([]),
      issuers: [anIssuer({ url: own, ...over })],
      ...world,
    }),
    { rules },
  );

describe('an issuer that can be claimed', () => {
  test.each([
    ['its domain', domain, 'critical', 'domain'],
    ['its bucket', { missing: { kind: 'bucket', name: 'b' } as const }, 'critical', 'bucket'],
    [
      'a name in a domain that exists',
      { ...hostless, missing: { kind: 'name', name: 'oidc.gone.example' } as const },
      'medium',
      'name',
    ],
  ])(
    '%s does not exist: that exposes the roles that trust it, and explains that it is not reached',
    (_title, over, severity, messageId) => {
      const { findings } = judge(over);
      expect(findings).toMatchObject([{ ruleId: 'issuer-claimable', severity, messageId, impact: 'exposes' }]);
      expect(findings[0]?.fix.commands.at(-1)).toContain('delete-open-id-connect-provider');
    },
  );

  test('is of low severity where no role trusts it, unless roles were not read', () => {
    expect(judge(domain, { roles: complete([]) }, [issuerClaimable]).findings).toMatchObject([{ severity: 'low' }]);
    expect(judge(domain, { roles: unavailable({ ...reason, operation: 'iam:ListRoles' }) }).findings).toMatchObject([
      { severity: 'critical' },
    ]);
  });

  describe('of a provider that nobody registered', () => {
    const judgeForeign = (
      over: Partial<IssuerFacts>,
      roles = complete([aRole({ trustPolicy: aTrustPolicy({ issuer: own }) })]),
    ) => judge(over, { settings: { registeredIssuers: [] }, roles }, issuerRules);

    test('is told as critical where a role trusts it', () => {
      const { findings } = judgeForeign(domain);
      expect(findings.map(({ ruleId, severity }) => `${ruleId} ${severity}`)).toEqual(['issuer-claimable critical']);
      expect(findings[0]?.providerArn).toContain('oidc-provider/oidc.gone.example');
    });

    test('is all that is judged: another identity provider may be slow, private or badly certified', () => {
      for (const over of [
        {},
        hostless,
        { discovery: unavailable<never>({ kind: 'denied', operation: 'GET', message: 'HTTP 403' }) },
      ])
        expect(judgeForeign(over).findings).toEqual([]);
      expect(judgeForeign(hostless).undecided.map(({ ruleId }) => ruleId)).toEqual(['issuer-claimable']);
    });

    test('is low where no role trusts it', () =>
      expect(judgeForeign(domain, complete([])).findings).toMatchObject([{ severity: 'low' }]));
  });

  test('is not one that answers, that refuses, or that is of EKS', () => {
    expect(judge({}).findings).toEqual([]);
    const refused = judge({ discovery: unavailable({ kind: 'denied', operation: 'GET', message: 'HTTP 403' }) });
    expect(refused.findings.map(({ ruleId }) => ruleId)).toEqual(['issuer-unreachable']);
    const eks = evaluate(someFacts({ issuers: [anIssuer({ missing: { kind: 'domain', name: 'x' } })] }), {
      rules: [issuerClaimable],
    });
    expect(eks.findings).toEqual([]);
  });

  test.each([
    ['a time-out', { ...hostless, host: unavailable<never>({ ...reason, kind: 'timed-out' }) }],
    ['a private network', { ...domain, fromPrivateNetwork: true }],
  ])('is unknown after %s', (_title, over) => {
    const { findings, undecided } = judge(over);
    expect(findings.filter(({ ruleId }) => ruleId === 'issuer-claimable')).toEqual([]);
    expect(undecided.map(({ ruleId }) => ruleId)).toContain('issuer-claimable');
  });

  test.each<[string, Partial<IssuerFacts>, string, string]>([
    ['bucket', { missing: { kind: 'bucket', name: 'b' } }, 'answer of S3', 'HTTP 404: NoSuchBucket'],
    ['domain', domain, 'answer of the DNS', 'NXDOMAIN for gone.example'],
  ])('says by which answer the %s is gone, and who trusts it', (_title, over, what, got) => {
    expect(judge(over).findings[0]?.evidence).toEqual([
      { what, got, readFrom: `GET ${own}/.well-known/openid-configuration` },
      { what: 'trusted by', got: aRole().arn, readFrom: 'iam:ListRoles' },
    ]);
  });

  test('is deleted only where its provider exists', () => {
    const clusters = complete([aReadCluster({}, { cluster: aCluster({ issuer: own }) })]);
    const [found] = judge(domain, { clusters, providers: complete([]) }).findings;
    expect(found?.providerArn).toBeUndefined();
    expect(found?.fix.commands.join()).not.toContain('delete-open-id-connect-provider');
    const [existing] = judge(domain).findings;
    expect(existing?.providerArn).toBe(aProvider({ issuer: own }).arn);
  });

  test('is of low severity without a role, whatever is missing', () => {
    const name: Partial<IssuerFacts> = { ...hostless, missing: { kind: 'name', name: 'oidc.gone.example' } };
    expect(judge(name, { roles: complete([]) }, [issuerClaimable]).findings).toMatchObject([{ severity: 'low' }]);
  });
});
