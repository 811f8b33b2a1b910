import { describe, expect, test } from '@jest/globals';
import { zoneOfTrust } from '../../lib/facts/zone-of-trust.ts';
import { type Collected, complete, unavailable } from '../../lib/model/collected.ts';
import type { Organization } from '../../lib/model/snapshot.ts';
import { trustOpenToAccounts } from '../../lib/rules/trust/trust-open-to-accounts.ts';
import { aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { verdictOf } from '../support/verdict-of.ts';

const own = 'o-own1234567';
const partner = 'o-partner123';
const read = complete<Organization>({ id: own, accounts: ['111122223333', '222222222222'] });
const denied = unavailable<Organization>({
  kind: 'denied',
  operation: 'organizations:DescribeOrganization',
  message: 'no',
});
const trusted = (organizations: readonly string[]) => ({
  trusted: { organizations, accounts: [], principals: [], issuers: [], owners: [] },
});

const factsOf = (
  organization: Collected<Organization> | undefined,
  statement: object,
  settings: Parameters<typeof someFacts>[0] = {},
) => {
  const pods = JSON.parse(aTrustPolicy()).Statement[0];
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [pods, statement] });
  const facts = someFacts({ roles: complete([aRole({ trustPolicy })]), ...settings });
  return organization === undefined ? facts : { ...facts, fleet: { ...facts.fleet, organization } };
};
const everyoneOf = (organization: string) => ({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } },
});
const account = (id: string, Condition: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { AWS: id }, Action: 'sts:AssumeRole', Condition },
});

const ofOwn = { StringEquals: { 'aws:PrincipalOrgID': own } };

describe('the organization is of the zone of trust, where it was read', () => {
  test.each<[string, Collected<Organization> | undefined, object, readonly string[], RegExp | undefined]>([
    ['the own one', read, everyoneOf(own), [], undefined],
    ['another one', read, everyoneOf(partner), [], /^medium: named /],
    ['another one that the configuration trusts', read, everyoneOf(partner), [partner], undefined],
    ['the own one beside those of the configuration', read, everyoneOf(own), [partner], undefined],
    ['an account of it that is not audited', read, account('222222222222'), [], undefined],
    ['an account that is not of it', read, account('999999999999'), [], /^medium: named /],
    ['one that was not asked for is undecided', undefined, everyoneOf(own), [], /^unknown: whether o-own1234567 is /],
    ['one that was not asked for, named by the configuration', undefined, everyoneOf(own), [own], undefined],
    ['an account by one that was not asked for', undefined, account('999999999999', ofOwn), [], /^unknown: whether /],
    [
      'one that was refused is no pass',
      denied,
      everyoneOf(own),
      [],
      /^medium: may-be-named .*DescribeOrganization denied/,
    ],
    ['one that was refused, named by the configuration', denied, everyoneOf(own), [own], undefined],
    [
      'an account by an organization that was refused',
      denied,
      account('999999999999', { StringEquals: { 'aws:PrincipalOrgID': own } }),
      [],
      /^medium: may-be-named /,
    ],
    [
      'every organization, where the own one was refused',
      denied,
      { ...everyoneOf('o-*'), Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } },
      [],
      /^critical: tested /,
    ],
  ])('%s', (_, organization, statement, organizations, expected) => {
    const { said } = verdictOf(
      trustOpenToAccounts,
      factsOf(organization, statement, { settings: trusted(organizations) }),
    );
    expect(said).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
  });
});

test('its accounts and its id are added to those of the configuration', () => {
  const zone = zoneOfTrust(factsOf(read, account('111122223333'), { settings: trusted([partner]) }));
  expect([...zone.accounts].sort()).toEqual(['111122223333', '222222222222']);
  expect([...(zone.organizations ?? [])].sort()).toEqual([own, partner].sort());
});
