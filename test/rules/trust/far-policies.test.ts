/** Trust policies of three partitions and of accounts that no other fixture has, decided by hand from AWS's documentation (IAM User Guide,
 *  condition operators, policy variables, global condition context keys; STS API Reference) before the program was asked. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { atLeast } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, someFacts } from '../../support/example-world.ts';

/** `works`: the pods of billing/invoices can have the role now, from some place; `unknown` where no page says it. `strangers`: whether an account, a login or a pod of
 *  arbitrary name can have it, now or later. */
interface Far {
  readonly id: string;
  readonly title: string;
  readonly works: 'yes' | 'no' | 'unknown';
  readonly strangers: 'open' | 'closed' | 'may-be';
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly issuer: string;
  readonly statements: readonly Readonly<Record<string, unknown>>[];
}

const policies: readonly Far[] = readFileSync('test/fixtures/trust/far-policies.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));

const findingsOf = ({ partition, account, region, issuer, statements }: Far) => {
  const roleArn = `arn:${partition}:iam::${account}:role/invoices`;
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const own = `arn:${partition}:iam::${account}:oidc-provider/`;
  const hosts = [
    issuer,
    ...trustPolicy
      .split(own)
      .slice(1)
      .map(rest => rest.slice(0, rest.search(/["\]]/))),
  ];
  const providers = [...new Set(hosts)].map(host => aProvider({ arn: `${own}${host}`, issuer: `https://${host}` }));
  const cluster = aCluster({
    ...{ accountId: account, region, issuer: `https://${issuer}` },
    arn: `arn:${partition}:eks:${region}:${account}:cluster/shop`,
  });
  const irsaEnvironment = {
    AWS_ROLE_ARN: roleArn,
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
  };
  const names = { namespace: 'billing', name: 'invoices' };
  const inside = aReadCluster({
    namespaces: complete([{ name: 'billing', labels: {}, terminating: false }]),
    serviceAccounts: complete([aServiceAccount({ ...names, annotations: { 'eks.amazonaws.com/role-arn': roleArn } })]),
    pods: complete([
      aPod({
        ...{ ...names, serviceAccount: 'invoices', owner: { kind: 'Deployment', name: 'invoices' } },
        containers: [aContainer({ irsaEnvironment })],
      }),
    ]),
    issuer: complete(`https://${issuer}`),
  });
  const facts = someFacts({
    ...{ accountId: account, partition, providers: complete(providers) },
    roles: complete([aRole({ name: 'invoices', arn: roleArn, trustPolicy })]),
    regions: [{ region, clusters: complete([{ ...inside, cluster: { ...inside.cluster, ...cluster } }]) }],
    issuers: [anIssuer({ url: `https://${issuer}` })],
  });
  return evaluate(facts, { rules: catalog }).findings.filter(
    ({ severity, ruleId }) => atLeast(severity, 'medium') && ruleId !== 'provider-orphaned',
  );
};

const told = (policy: Far, impact: string): readonly string[] =>
  findingsOf(policy)
    .filter(finding => finding.impact === impact)
    .map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`);

const saysPerhaps = /may be able|it may be that|cannot be proven closed/;

describe.each(policies)('$id $title', policy => {
  test(`the pods can have the role: ${policy.works}`, () => {
    const findings = told(policy, 'breaks');
    expect([findings.length > 0, findings]).toEqual([policy.works === 'no', findings]);
  });

  test(`to strangers it is ${policy.strangers}`, () => {
    const findings = told(policy, 'exposes');
    expect([findings.length > 0, findings]).toEqual([policy.strangers !== 'closed', findings]);
    // An unread thing is never told as a fact.
    if (policy.strangers === 'may-be') expect(findings.filter(one => !saysPerhaps.test(one))).toEqual([]);
  });
});
