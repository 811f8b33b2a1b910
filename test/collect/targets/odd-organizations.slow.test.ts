/** Organizations whose answers break off, refuse, or have no end: each whole result. */
import { describe, expect, test } from '@jest/globals';
import { organizationsControlPolicyReader } from '../../../lib/collect/targets/control-policies.ts';
import { organizationAccounts } from '../../../lib/collect/targets/organization-accounts.ts';
import { complete, type ReadFailure, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { against } from '../../support/answering-aws.ts';

const manager = '111122223333';
const member = '444455556666';
type Input = Readonly<Record<string, string>>;
type Answer = object | { readonly refuse: string };
/** What the organization answers to each operation; `nth` counts the requests of that operation. */
type Answers = Readonly<Record<string, (input: Input, nth: number) => Answer>>;

const refuse = (code = 'AccessDeniedException'): Answer => ({ refuse: code });
const refused = (operation: string): ReadFailure => ({
  ...({ kind: 'denied', operation: `organizations:${operation}` } as const),
  ...{ permission: `organizations:${operation}`, message: 'AccessDeniedException: no' },
});

const withOrganization = async <T>(
  answers: Answers,
  use: (client: import('@aws-sdk/client-organizations').OrganizationsClient) => Promise<T>,
) => {
  const asked: string[] = [];
  const result = await against(
    ({ body, target }) => {
      asked.push(target);
      const answer = answers[target]?.(JSON.parse(body), asked.filter(one => one === target).length) ?? refuse();
      return 'refuse' in answer
        ? { status: 400, text: JSON.stringify({ __type: answer.refuse, message: 'no' }) }
        : JSON.stringify(answer);
    },
    clients => use(clients.organizations()),
  );
  return { result, asked };
};

const policy = (Id: string, AwsManaged = false) => ({ Id, Name: `named-${Id}`, AwsManaged });
const on = (...ids: readonly string[]) => ({ Targets: ids.map(TargetId => ({ TargetId, Type: 'X' })) });
const organization: Answers = {
  DescribeOrganization: () => ({ Organization: { MasterAccountId: manager } }),
  DescribePolicy: ({ PolicyId }) => ({ Policy: { Content: `text of ${PolicyId}` } }),
  ListParents: ({ ChildId = '' }) => ({ Parents: [{ Id: ChildId === 'ou-1' ? 'r-1' : 'ou-1', Type: 'X' }] }),
  ListPoliciesForTarget: () => ({ Policies: [] }),
};
const target = (accountId: string, roleArn?: string) => ({
  accountId,
  regions: [],
  ...(roleArn === undefined ? {} : { roleArn }),
});
const both = [target(manager), target(member, `arn:aws:iam::${member}:role/r`)];
const read = (answers: Answers, { areMembers = true, services = false, targets = both } = {}) =>
  withOrganization({ ...organization, ...answers }, client =>
    organizationsControlPolicyReader(client, areMembers, { services }).read(targets),
  );
/** An answer for each kind of policy. */
const byKind =
  (resource: (nth: number, input: Input) => Answer, service: (nth: number, input: Input) => Answer): Answers[string] =>
  (input, nth) =>
    input.Filter === 'RESOURCE_CONTROL_POLICY' ? resource(nth, input) : service(nth, input);
const none = { Policies: [policy('p-aws', true)] };
const chains = { [manager]: complete([]), [member]: complete([member]) };
const text = (id: string) => complete(`text of ${id}`);
const partial = (nth: number, first: object): Answer => (nth % 2 === 1 ? { ...first, NextToken: 'more' } : refuse());

describe('control policies', () => {
  test('of accounts alone: each member has those of itself, and the account that manages none', async () => {
    const { result } = await read({
      ListPolicies: () => ({ Policies: [policy('p-1'), policy('p-aws', true)] }),
      ListTargetsForPolicy: () => on(member),
    });
    expect(result).toEqual(
      complete({
        policies: [{ id: 'p-1', name: 'named-p-1', targets: complete([member]), document: text('p-1') }],
        chains,
      }),
    );
  });

  test.each([
    ['the caller’s own account', undefined, complete([member])],
    ['an account that may be of another organization', 'arn:r', unavailable(refused('ListParents'))],
  ])('where no member is known: %s', async (_, roleArn, chain) => {
    const { result } = await read(
      {
        ListPolicies: () => ({ Policies: [policy('p-1')] }),
        ListTargetsForPolicy: () => on(member),
        ListParents: () => refuse(),
      },
      { areMembers: false, targets: [target(member, roleArn)] },
    );
    expect(result).toMatchObject({ status: 'complete', value: { chains: { [member]: chain } } });
  });

  test('units without a root leave the account unknown, after eight of them', async () => {
    const { result, asked } = await read({
      ListPolicies: () => ({ Policies: [policy('p-1')] }),
      ListTargetsForPolicy: () => on('ou-9'),
      ListParents: (_, nth) => ({ Parents: [{ Id: `ou-${100 + nth}`, Type: 'X' }] }),
    });
    const reason = {
      kind: 'invalid',
      operation: 'organizations:ListParents',
      message: 'the units have no root',
    } as const;
    expect(result).toMatchObject({ value: { chains: { [manager]: complete([]), [member]: unavailable(reason) } } });
    expect(asked.filter(one => one === 'ListParents')).toHaveLength(8);
  });

  test('whose targets break off may apply anywhere: its targets are unknown, its text is read', async () => {
    const { result } = await read({
      ListPolicies: () => ({ Policies: [policy('p-1')] }),
      ListTargetsForPolicy: (_, nth) => partial(nth, on(member)),
    });
    expect(result).toEqual(
      complete({
        policies: [
          {
            ...{ id: 'p-1', name: 'named-p-1', document: text('p-1') },
            targets: unavailable(refused('ListTargetsForPolicy')),
          },
        ],
        chains: { [manager]: complete([]), [member]: complete([member, 'ou-1', 'r-1']) },
      }),
    );
  });

  test('that are attached nowhere are left out, and no text of theirs is asked for', async () => {
    const { result, asked } = await read({
      ListPolicies: () => ({ Policies: [policy('p-1')] }),
      ListTargetsForPolicy: () => on(),
    });
    expect(result).toEqual(
      complete({ policies: [], chains: { [manager]: complete([manager]), [member]: complete([member]) } }),
    );
    expect(asked).toEqual(['ListPolicies', 'ListTargetsForPolicy']);
  });

  test('of a list without an end are a gap', async () => {
    const { result, asked } = await read({ ListPolicies: (_, nth) => ({ Policies: [], NextToken: `${nth}` }) });
    const operation = 'organizations:ListPolicies';
    const reason = { kind: 'too-large', operation, message: 'more than 100 pages' } as const;
    expect(result).toEqual(
      withGaps({ policies: [], chains: { [manager]: complete([manager]), [member]: complete([member]) } }, [
        { what: 'the list after page 100', reason },
      ]),
    );
    expect(asked).toHaveLength(100);
  });
});

describe('service control policies', () => {
  const own = { id: 'p-1', name: 'named-p-1', targets: complete([member]), document: text('p-1') };
  const ofAws = { id: 'p-aws', name: 'named-p-aws', targets: complete([member]), document: text('p-aws') };
  const services = (answers: Answers) =>
    read({ ListTargetsForPolicy: () => on(member), ...answers }, { services: true });
  const listed = byKind(
    () => none,
    () => ({ Policies: [policy('p-1'), policy('p-aws', true)] }),
  );

  test('have AWS’s own where they are attached beside them', async () => {
    const { result } = await services({
      ListPolicies: listed,
      ListPoliciesForTarget: () => ({ Policies: [policy('p-1'), policy('p-aws', true)] }),
    });
    expect(result).toEqual(complete({ policies: [], chains, services: complete([own, ofAws]) }));
  });

  test.each<[string, Answers, object]>([
    [
      'a refused list',
      {
        ListPolicies: byKind(
          () => none,
          () => refuse(),
        ),
      },
      unavailable(refused('ListPolicies')),
    ],
    [
      'a list that breaks off',
      {
        ListPolicies: byKind(
          () => none,
          nth => partial(nth + 1, { Policies: [policy('p-1')] }),
        ),
      },
      withGaps([own], [{ what: 'page 2 of the list', reason: refused('ListPolicies') }]),
    ],
    [
      'a refused look at what is attached beside them',
      { ListPolicies: listed, ListPoliciesForTarget: () => refuse() },
      unavailable(refused('ListPoliciesForTarget')),
    ],
    [
      'one that breaks off',
      { ListPolicies: listed, ListPoliciesForTarget: (_, nth) => partial(nth, { Policies: [policy('p-aws', true)] }) },
      unavailable(refused('ListPoliciesForTarget')),
    ],
  ])('%s', async (_, answers, section) => {
    const { result } = await services(answers);
    expect(result).toMatchObject({ status: 'complete', value: { policies: [] } });
    expect(result.status === 'complete' && result.value.services).toEqual(section);
  });

  test('outside of any organization there are none for the account itself, and others are unknown', async () => {
    const { result } = await services({ ListPolicies: () => refuse('AWSOrganizationsNotInUseException') });
    expect(result).toEqual(
      complete({
        policies: [],
        services: complete([]),
        chains: { [manager]: complete([manager]), [member]: { status: 'unavailable', reason: expect.anything() } },
      }),
    );
  });
});

describe('accounts', () => {
  const account = (Id: string, Status: string) => ({ Id, Name: `n-${Id}`, Status });
  const filter = { exclude: [], organizationalUnits: [] };

  test.each(['SUSPENDED', 'PENDING_CLOSURE', 'PENDING_ACTIVATION', 'CLOSED'])(
    'that are %s are left out',
    async status => {
      const { result } = await withOrganization(
        { ListAccounts: () => ({ Accounts: [account(member, status), account(manager, 'ACTIVE')] }) },
        client => organizationAccounts(client, filter),
      );
      expect(result).toEqual([{ accountId: manager, name: `n-${manager}` }]);
    },
  );

  test('below units are those of all units below, each unit asked once; an excluded one is left out', async () => {
    const below: Readonly<Record<string, readonly string[]>> = { 'ou-1': ['ou-2'], 'ou-2': ['ou-1', 'ou-3'] };
    const { result, asked } = await withOrganization(
      {
        ListAccountsForParent: ({ ParentId = '' }) => ({
          Accounts: [account(`${ParentId.slice(3)}`.padStart(12, '0'), 'ACTIVE'), account(member, 'ACTIVE')],
        }),
        ListOrganizationalUnitsForParent: ({ ParentId = '' }) => ({
          OrganizationalUnits: (below[ParentId] ?? []).map(Id => ({ Id })),
        }),
      },
      client => organizationAccounts(client, { exclude: [member], organizationalUnits: ['ou-1', 'ou-2'] }),
    );
    expect(result.map(({ accountId }) => Number(accountId))).toEqual([1, 2, 3]);
    expect(asked).toHaveLength(6);
  });
});
