import { describe, expect, test } from '@jest/globals';
import {
  associationSubjectId,
  type ParsedSubject,
  parseSubject,
  placeOfSubject,
  podSubjectId,
  serviceAccountSubjectId,
  webhookSubjectId,
} from '../../lib/facts/subject-ids.ts';
import { subjectsOfAccount } from '../../lib/facts/subjects-of.ts';
import { complete } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aRole, someFacts } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { examplesOf } from '../support/rule-examples.ts';

const clusterArn = 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/shop';
const cluster = { clusterArn, clusterName: 'shop' };
const roleArn = 'arn:aws:iam::111122223333:role/team/checkout-cart';
const pods = { namespace: 'checkout', ownerKind: 'Deployment', ownerName: 'web', serviceAccount: 'cart' };
const account = { namespace: 'checkout', serviceAccount: 'cart' };

describe('the id of a subject', () => {
  test.each<readonly [string, ParsedSubject, ReturnType<typeof placeOfSubject>]>([
    ['https://oidc.example/id/A', { kind: 'issuer', issuer: 'https://oidc.example/id/A' }, {}],
    [
      'arn:aws:iam::111122223333:oidc-provider/oidc.example/id/A',
      { kind: 'provider', issuer: 'https://oidc.example/id/A' },
      {},
    ],
    [roleArn, { kind: 'role', roleArn }, { roleArn }],
    [clusterArn, { kind: 'cluster', ...cluster }, { clusterName: 'shop' }],
    [webhookSubjectId(clusterArn), { kind: 'webhook', ...cluster }, { clusterName: 'shop' }],
    [
      serviceAccountSubjectId(clusterArn, 'checkout', 'cart'),
      { kind: 'service-account', ...cluster, ...account },
      { clusterName: 'shop', ...account },
    ],
    [
      associationSubjectId(clusterArn, 'checkout', 'cart'),
      { kind: 'association', ...cluster, ...account },
      { clusterName: 'shop', ...account },
    ],
    [podSubjectId(clusterArn, pods), { kind: 'pod', ...cluster, ...pods }, { clusterName: 'shop', ...account }],
    [`${clusterArn}/secret/checkout/x`, { kind: 'other' }, {}],
    [`${clusterArn}/`, { kind: 'other' }, {}],
    ['arn:aws:eks:eu-west-1:111122223333:nodegroup/shop', { kind: 'other' }, {}],
    ['waiver:trust-any-subject/*', { kind: 'other' }, {}],
    ['', { kind: 'other' }, {}],
  ])('%s', (subject, parsed, place) => {
    expect(parseSubject(subject)).toEqual(parsed);
    expect(placeOfSubject(subject)).toEqual(place);
  });

  test('has the kind of the rules that its subject is handed to', () => {
    const kinds = new Set<string>();
    for (const rule of catalog)
      for (const [kind, subjects] of Object.entries(subjectsOfAccount(examplesOf(rule).fail.facts())))
        for (const { id } of subjects) {
          kinds.add(kind);
          expect([kind, parseSubject(id).kind]).toEqual([kind, /^(statement|runtime)$/.test(kind) ? 'role' : kind]);
        }
    expect([...kinds].sort()).toEqual([
      'association',
      'cluster',
      'issuer',
      'pod',
      'provider',
      'role',
      'runtime',
      'service-account',
      'statement',
      'webhook',
    ]);
  });

  test('of any text is something', () => {
    const part = fc.constantFrom('arn', 'aws', 'eks', 'iam', '', 'cluster', 'role', 'pod', '/', ':', 'https://', 'x');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), parts => {
        for (const text of [parts.join(''), parts.join(':'), parts.join('/')])
          expect(parseSubject(text).kind).toMatch(/^[a-z-]+$/);
      }),
    );
  });
});

test('the pods of a service account stand where it stands, and under its role', () => {
  const facts = someFacts({ clusters: complete([aReadCluster()]) });
  const { pod: pods, 'service-account': accounts } = subjectsOfAccount(facts);
  expect(pods.length).toBeGreaterThan(0);
  expect(pods.map(({ place }) => place)).toEqual(accounts.map(({ place }) => place));
  expect(pods.map(({ place }) => place.roleArn)).toEqual([aRole().arn]);
});
