import { describe, expect, test } from '@jest/globals';
import { type Collected, complete, unavailable } from '../../../lib/model/collected.ts';
import type { Organization } from '../../../lib/model/snapshot.ts';
import { issuerOutside } from '../../../lib/rules/issuer/issuer-outside.ts';
import { anIssuer, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const other = exampleIssuer.replace('5C1D', '0000');
const imitated = exampleIssuer.replace('amazonaws.com', 'amazonaws.example');
const trusted = (issuers: readonly string[]) => ({
  trusted: { organizations: [], accounts: [], principals: [], issuers, owners: [] },
});
const told = (issuer: string, over: Parameters<typeof someFacts>[0] = {}) =>
  evaluate(
    someFacts({
      providers: complete([aProvider({ issuer })]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer }) })]),
      issuers: [anIssuer({ url: issuer, discovery: complete({ issuer, jwksUri: `${issuer}/keys` }) })],
      ...over,
    }),
    { rules: [issuerOutside] },
  ).findings.map(({ severity, messageId }) => `${severity} ${messageId}`);

describe('an issuer that looks like EKS', () => {
  test.each<[string, string, Parameters<typeof someFacts>[0], readonly string[]]>([
    ['of an audited cluster is none of these', exampleIssuer, {}, []],
    ['on a host of somebody is critical', imitated, {}, ['critical imitated']],
    ['on a host of somebody is critical whether it answers or not', imitated, { issuers: [] }, ['critical imitated']],
    ['by its path alone is critical', `https://k8s.example/id/${exampleIssuer.slice(-32)}`, {}, ['critical imitated']],
    ['by a path that is not of EKS is none of these', 'https://k8s.example/id/0123', {}, []],
    ['of EKS that answers is a cluster that is not audited', other, {}, ['low foreign']],
    ['of EKS that does not answer is another rule’s', other, { issuers: [] }, []],
    ['that the configuration trusts is silent', other, { settings: trusted([other]) }, []],
    [
      'beside those that the configuration names is medium',
      other,
      { settings: trusted(['https://x.example']) },
      ['medium foreign'],
    ],
    ['that no role trusts is silent', imitated, { roles: complete([]) }, []],
    ['that is registered is silent', imitated, { settings: { registeredIssuers: [imitated] } }, []],
    ['of another kind is none of these', 'https://oidc.example', {}, []],
  ])('%s', (_, issuer, over, expected) => expect(told(issuer, over)).toEqual(expected));
});

test.each<[string, Collected<Organization>, readonly string[]]>([
  [
    'all accounts of the organization were read',
    complete({ id: 'o-own1234567', accounts: ['111122223333'] }),
    ['medium foreign'],
  ],
  [
    'one of them was not',
    complete({ id: 'o-own1234567', accounts: ['111122223333', '999999999999'] }),
    ['low foreign'],
  ],
  [
    'the organization was refused',
    unavailable({ kind: 'denied', operation: 'organizations:DescribeOrganization', message: 'no' }),
    ['low foreign'],
  ],
])('of a cluster that is not audited, while %s', (_, organization, expected) => {
  const fleet = { ...someFacts().fleet, organization };
  expect(told(other, { fleet })).toEqual(expected);
});

test.each([
  ['throttled', 'unknown'],
  ['timed-out', 'unknown'],
  ['not-found', undefined],
] as const)('whose probe is %s: what is not read is no pass, and a dead issuer is none of these', (kind, expected) => {
  const discovery = unavailable<never>({ kind, operation: 'GET discovery', message: 'no' });
  const facts = someFacts({
    providers: complete([aProvider({ issuer: other })]),
    issuers: [anIssuer({ url: other, discovery })],
  });
  expect(Object.values(evaluate(facts, { rules: [issuerOutside] }).outcomes)[0]).toBe(expected);
});
