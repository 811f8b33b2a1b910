import { describe, expect, test } from '@jest/globals';
import { readAccessEntries as readAccessEntriesAlone } from '../../../lib/collect/eks/read-access-entries.ts';
import { grantsOfPolicy } from '../../../lib/reach/rbac/access-policies.ts';
import { against } from '../../support/answering-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readAccessEntries = recorded('readAccessEntries', readAccessEntriesAlone);

const arnOf = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const policyArn = (name: string): string => `arn:aws:eks::aws:cluster-access-policy/${name}`;

type Given = string | { readonly status: number; readonly text: string };
interface Asked {
  readonly call: 'list' | 'entry' | 'policies';
  /** The role that is asked for; empty for the list of entries. */
  readonly role: string;
  /** The token of the page; empty for the first. */
  readonly token: string;
}

/** The call that a path is (EKS API Reference, request syntax of each action). */
const askedOf = (path: string): Asked => {
  const { pathname, searchParams } = new URL(path, 'http://eks');
  const [, , , , principal = '', below] = pathname.split('/');
  const role = decodeURIComponent(principal).replace(/.*\//, '');
  const call = role === '' ? 'list' : below === undefined ? 'entry' : 'policies';
  return { call, role, token: searchParams.get('nextToken') ?? '' };
};

const json = (value: unknown): string => JSON.stringify(value);
const refused = { status: 403, text: json({ __type: 'AccessDeniedException', message: 'no' }) };
const gone = { status: 404, text: json({ __type: 'ResourceNotFoundException', message: 'no such entry' }) };
const names = (roles: readonly string[], nextToken?: string): string =>
  json({ accessEntries: roles.map(arnOf), nextToken });
const entry = (over: object = {}): string =>
  json({ accessEntry: { type: 'STANDARD', username: 'someone', kubernetesGroups: ['devs'], ...over } });
const policies = (list: readonly object[], nextToken?: string): string =>
  json({ associatedAccessPolicies: list, nextToken });
const view = { policyArn: policyArn('AmazonEKSViewPolicy'), accessScope: { type: 'cluster', namespaces: [] } };

/** Two entries, each with one policy, except for what `special` answers. */
const read = async (special: (asked: Asked) => Given | undefined, authenticationMode?: string) => {
  const asked: Asked[] = [];
  const section = await against(
    ({ path }) => {
      const one = askedOf(path);
      asked.push(one);
      const usual = { list: names(['a', 'b']), entry: entry(), policies: policies([view]) };
      return special(one) ?? usual[one.call];
    },
    clients =>
      readAccessEntries(clients.eks('eu-west-1'), {
        name: 'shop',
        ...(authenticationMode === undefined ? {} : { authenticationMode }),
      }),
  );
  return { section, asked };
};
const whole = (role: string) => ({
  principalArn: arnOf(role),
  type: 'STANDARD',
  username: 'someone',
  groups: ['devs'],
  policies: [{ arn: view.policyArn }],
});
const partial = (value: readonly object[], ...gaps: readonly object[]) => ({ status: 'partial', value, gaps });
const pageOf = (operation: string, kind: string, page = 2) => ({
  what: `page ${page} of eks:${operation}`,
  reason: { kind, operation: `eks:${operation}` },
});

describe('access entries', () => {
  test('are listed, described, and read with their policies', async () => {
    expect((await read(() => undefined)).section).toEqual({ status: 'complete', value: [whole('a'), whole('b')] });
  });

  test.each([
    ['API', 5],
    ['API_AND_CONFIG_MAP', 5],
    [undefined, 5],
    ['CONFIG_MAP', 0],
  ])('are asked for where the authentication mode is %s: %i calls', async (mode, calls) => {
    const { section, asked } = await read(() => undefined, mode);
    expect(asked).toHaveLength(calls);
    expect(section).toMatchObject({ status: 'complete', value: calls === 0 ? [] : [{}, {}] });
  });

  test('are read over all pages, and so are the policies of each', async () => {
    const edit = {
      policyArn: policyArn('AmazonEKSEditPolicy'),
      accessScope: { type: 'namespace', namespaces: ['n-*'] },
    };
    const { section, asked } = await read(({ call, token }) => {
      if (call === 'list') return token === '' ? names([], 't') : names(['a']);
      return call === 'policies' ? (token === '' ? policies([view], 't') : policies([edit])) : undefined;
    });
    expect(section).toEqual({
      status: 'complete',
      value: [{ ...whole('a'), policies: [{ arn: view.policyArn }, { arn: edit.policyArn, namespaces: ['n-*'] }] }],
    });
    expect(asked.map(({ call, token }) => `${call} ${token}`.trim())).toEqual([
      'list',
      'list t',
      'entry',
      'policies',
      'policies t',
    ]);
  });

  test.each<readonly [what: string, special: (asked: Asked) => Given | undefined, expected: object]>([
    [
      'the list is refused',
      ({ call }) => (call === 'list' ? refused : undefined),
      { status: 'unavailable', reason: { kind: 'denied', permission: 'eks:ListAccessEntries' } },
    ],
    [
      'the second page of the list is refused',
      ({ call, token }) => (call !== 'list' ? undefined : token === '' ? names(['a'], 't') : refused),
      partial([whole('a')], pageOf('ListAccessEntries', 'denied')),
    ],
    [
      'one entry is refused',
      ({ call, role }) => (call === 'entry' && role === 'a' ? refused : undefined),
      partial([whole('b')], {
        what: `access entry ${arnOf('a')}`,
        reason: { kind: 'denied', permission: 'eks:DescribeAccessEntry' },
      }),
    ],
    [
      'every entry is refused',
      ({ call }) => (call === 'entry' ? refused : undefined),
      partial([], { what: `access entry ${arnOf('a')}` }, { what: `access entry ${arnOf('b')}` }),
    ],
    [
      'the policies of one are refused: its groups are known',
      ({ call, role }) => (call === 'policies' && role === 'a' ? refused : undefined),
      partial([{ ...whole('a'), policies: [] }, whole('b')], {
        what: `access policies of ${arnOf('a')}`,
        reason: { kind: 'denied', permission: 'eks:ListAssociatedAccessPolicies' },
      }),
    ],
    [
      'the second page of policies fails: the first is kept',
      ({ call, role, token }) =>
        call !== 'policies' || role !== 'a' ? undefined : token === '' ? policies([view], 't') : refused,
      partial([whole('a'), whole('b')], pageOf('ListAssociatedAccessPolicies', 'denied')),
    ],
    [
      'one was deleted since it was listed: it is none',
      ({ call, role }) => (call === 'entry' && role === 'a' ? gone : undefined),
      { status: 'complete', value: [whole('b')] },
    ],
    [
      'one is answered by a 404 that is not of EKS: it may be there',
      ({ call, role }) => (call === 'entry' && role === 'a' ? { status: 404, text: '404 page not found' } : undefined),
      partial([whole('b')], { what: `access entry ${arnOf('a')}`, reason: { kind: 'invalid' } }),
    ],
    [
      'the list is of no cluster: not empty',
      ({ call }) => (call === 'list' ? gone : undefined),
      { status: 'unavailable', reason: { kind: 'not-found' } },
    ],
  ])('%s', async (_, special, expected) => {
    expect((await read(special)).section).toMatchObject(expected);
  });

  test('gaps have the order of the entries, whichever answer comes first', async () => {
    const roles = Array.from({ length: 12 }, (_, index) => `r${index}`);
    const { section } = await read(({ call, role }) => {
      if (call === 'list') return names(roles);
      return (call === 'entry') === (Number(role.slice(1)) % 2 === 0) ? refused : undefined;
    });
    const even = (role: string) => Number(role.slice(1)) % 2 === 0;
    expect(section.status === 'partial' && section.gaps.map(({ what }) => what)).toEqual(
      roles.map(role => `${even(role) ? 'access entry' : 'access policies of'} ${arnOf(role)}`),
    );
  });

  test.each([
    ['EC2_LINUX', 'the one of nodes', false],
    ['EC2', 'the one of nodes of Auto Mode', false],
    ['STANDARD', 'the one of people', true],
    ['A_NEW_TYPE', 'one that AWS adds later', true],
  ])('of the type %s, %s, are asked for policies: %s', async (type, _, isAsked) => {
    const { section, asked } = await read(({ call }) => (call === 'entry' ? entry({ type }) : undefined));
    expect(asked.some(({ call }) => call === 'policies')).toBe(isAsked);
    expect(section).toMatchObject({ status: 'complete', value: [{ type }, { type }] });
  });

  test('without a type, a name and groups are standard ones under their own ARN', async () => {
    const { section } = await read(({ call }) => (call === 'entry' ? json({ accessEntry: {} }) : undefined));
    expect(section).toMatchObject({
      status: 'complete',
      value: [{ type: 'STANDARD', username: arnOf('a'), groups: [] }, {}],
    });
  });

  test('keep a policy that AWS has added: its rules are unknown, not none', async () => {
    const added = { policyArn: policyArn('AmazonEKSBrandNewPolicy'), accessScope: { type: 'cluster' } };
    const { section } = await read(({ call }) => (call === 'policies' ? policies([added]) : undefined));
    expect(section).toMatchObject({ status: 'complete', value: [{ policies: [{ arn: added.policyArn }] }, {}] });
    expect(grantsOfPolicy({ arn: added.policyArn })).toBeUndefined();
  });

  test.each<readonly [what: string, call: Asked['call'], answer: string, expected: object]>([
    ['a list that is none', 'list', '{"accessEntries":7}', { status: 'unavailable' }],
    ['a list without entries', 'list', '{}', { status: 'unavailable' }],
    ['a list with an empty name', 'list', '{"accessEntries":[""]}', { status: 'unavailable' }],
    ['more names than were asked for', 'list', names(Array(101).fill('a')), { status: 'unavailable' }],
    ['an answer that is no JSON', 'list', '<html>', { status: 'unavailable' }],
    ['no entry', 'entry', '{}', partial([], {}, {})],
    ['groups that are a text', 'entry', entry({ kubernetesGroups: 'devs' }), partial([], {}, {})],
    ['1,001 groups', 'entry', entry({ kubernetesGroups: Array(1001).fill('g') }), partial([], {}, {})],
    ['policies that are none', 'policies', '{}', partial([{ policies: [] }, {}], {}, {})],
    [
      'a scope of a new type',
      'policies',
      policies([{ ...view, accessScope: { type: 'nodes' } }]),
      partial([{ policies: [] }, {}], {}, {}),
    ],
    [
      'a scope of namespaces without any',
      'policies',
      policies([{ ...view, accessScope: { type: 'namespace' } }]),
      partial([{ policies: [] }, {}], {}, {}),
    ],
    ['101 policies', 'policies', policies(Array(101).fill(view)), partial([{ policies: [] }, {}], {}, {})],
  ])('%s is a failed read, and no empty one', async (_, call, answer, expected) => {
    const { section } = await read(asked => (asked.call === call ? answer : undefined));
    expect(section).toMatchObject(expected);
    const reasons = section.status === 'partial' ? section.gaps.map(({ reason }) => reason.kind) : [];
    expect(new Set(section.status === 'unavailable' ? [section.reason.kind] : reasons)).toEqual(new Set(['invalid']));
  });

  test.each<readonly [call: 'list' | 'policies', page: (token: string) => string]>([
    ['list', token => names([], token)],
    ['policies', token => policies([view], token)],
  ])('pages of the %s that come twice, or never end, end with a gap', async (call, page) => {
    const only = (token: () => string) => (asked: Asked) => {
      if (asked.call === call) return page(token());
      return asked.call === 'list' ? names(['a']) : undefined;
    };
    expect((await read(only(() => 't'))).section).toMatchObject({
      status: 'partial',
      gaps: [{ reason: { kind: 'invalid', message: 'the same page token came twice' } }],
    });
    let nth = 0;
    const endless = await read(only(() => `t${nth++}`));
    expect(endless.section).toMatchObject({
      status: 'partial',
      gaps: [{ reason: { kind: 'too-large', message: 'more than 40 pages' } }],
    });
    expect(nth).toBe(40);
  });

  test('a name of ten million characters is cut', async () => {
    const { section } = await read(({ call }) =>
      call === 'entry'
        ? entry({ username: 'x'.repeat(10_000_000), kubernetesGroups: ['y'.repeat(10_000_000)] })
        : undefined,
    );
    expect(JSON.stringify(section).length).toBeLessThan(20_000);
  });
});
