/** Details of roles and texts of policies by answers that are written out: pages, roles that no list has, versions, quotas. */
import { expect, test } from '@jest/globals';
import { readAuthorizationDetails } from '../../../lib/collect/iam/authorization-details.ts';
import { type ManagedPolicyCache, readManagedPolicies } from '../../../lib/collect/iam/managed-policies.ts';
import { readQuotas } from '../../../lib/collect/iam/read-quotas.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aProvider, aRole } from '../../support/example-world.ts';
import { fakeClient } from '../../support/fake-client.ts';

const denied = () => {
  throw Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
};
const timedOut = () => {
  throw Object.assign(new Error('slow'), { name: 'TimeoutError' });
};
const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const policyArn = (name: string) => `arn:aws:iam::111122223333:policy/${name}`;
const entry = (name: string, over: object = {}) => ({
  ...{ Arn: arn(name), RoleName: name, Path: '/', CreateDate: new Date('2026-01-01') },
  ...{ AssumeRolePolicyDocument: '%7B%7D', ...over },
});

const paged = (pages: readonly object[], asked: unknown[] = []) =>
  fakeClient((_, { Marker, MaxItems }) => {
    asked.push([Marker, MaxItems]);
    const at = Number(Marker ?? 0);
    return { ...pages[at], ...(at + 1 < pages.length && { IsTruncated: true, Marker: String(at + 1) }) };
  });

test('all pages: of two roles each, the default version of two policies, and what no list has', async () => {
  const asked: unknown[] = [];
  const version = (Document: string, IsDefaultVersion: boolean) => ({ Document, IsDefaultVersion });
  const pages = [
    {
      RoleDetailList: [entry('a', { Tags: [{ Key: 'k', Value: 'v' }] }), entry('b')],
      Policies: [
        { Arn: policyArn('p'), PolicyVersionList: [version('%7B%221%22%7D', false), version('%7B2%7D', true)] },
      ],
    },
    {},
    {
      RoleDetailList: [{ Arn: 1 }, entry('c'), entry('b'), entry('c')],
      Policies: [
        { Arn: policyArn('q'), PolicyVersionList: [version('{3}', true), version('{4}', false)] },
        { Arn: policyArn('none'), PolicyVersionList: [version('{5}', false)] },
      ],
    },
  ];
  const found = await readAuthorizationDetails(paged(pages, asked), new Set([arn('a'), arn('b')]));
  expect([...found.roles.keys()]).toEqual([arn('a'), arn('b'), arn('c')]);
  expect(found.roles.get(arn('a'))?.Tags).toEqual([{ Key: 'k', Value: 'v' }]);
  expect([...found.policies]).toEqual([
    [policyArn('p'), '{2}'],
    [policyArn('q'), '{3}'],
  ]);
  expect(found.unlisted.map(role => role.arn)).toEqual([arn('c')]);
  expect(found.end).toBeUndefined();
  expect(asked).toEqual([
    [undefined, 1000],
    ['1', 1000],
    ['2', 1000],
  ]);
});

test('what breaks off says so, with what came before it', async () => {
  const ends: unknown[] = [];
  for (const second of [
    denied,
    () => ({ IsTruncated: true }),
    () => ({ IsTruncated: true, Marker: 'm' }),
    () => ({ RoleDetailList: 'x' }),
  ]) {
    const iam = fakeClient((_, { Marker }) =>
      Marker === undefined ? { RoleDetailList: [entry('a')], IsTruncated: true, Marker: 'm' } : second(),
    );
    const { roles, end } = await readAuthorizationDetails(iam, new Set());
    ends.push([roles.size, end?.kind]);
  }
  expect(ends).toEqual([
    [1, 'denied'],
    [1, 'invalid'],
    [1, 'invalid'],
    [1, 'invalid'],
  ]);
});

test('a page that takes too long is asked for again in smaller ones, down to fifty', async () => {
  const sizes: unknown[] = [];
  const none = await readAuthorizationDetails(
    fakeClient((_, { MaxItems }) => {
      sizes.push(MaxItems);
      return timedOut();
    }),
    new Set(),
  );
  expect([sizes, none.end?.kind]).toEqual([[1000, 200, 50], 'timed-out']);
  const asked: unknown[] = [];
  const iam = fakeClient((_, { Marker, MaxItems }) => {
    asked.push([Marker, MaxItems]);
    if (MaxItems === 1000) return timedOut();
    return Marker === undefined ? { RoleDetailList: [entry('a')], IsTruncated: true, Marker: 'm' } : {};
  });
  expect((await readAuthorizationDetails(iam, new Set())).end).toBeUndefined();
  expect(asked).toEqual([
    [undefined, 1000],
    [undefined, 200],
    ['m', 200],
  ]);
});

test('of two policies each version is asked for once a run, and its text where it is another', async () => {
  const asked: string[] = [];
  const versions: Record<string, string> = { a: 'v1', b: 'v1' };
  const iam = fakeClient((name, { PolicyArn, VersionId }) => {
    const own = String(PolicyArn).split('/')[1] ?? '';
    asked.push(`${name} ${own}${VersionId === undefined ? '' : ` ${VersionId}`}`);
    if (own === 'c') return name === 'GetPolicy' ? { Policy: { DefaultVersionId: 'v1' } } : denied();
    return name === 'GetPolicy'
      ? { Policy: { DefaultVersionId: versions[own] } }
      : { PolicyVersion: { Document: `%7B${own}${VersionId}%7D` } };
  });
  const cache: ManagedPolicyCache = new Map();
  const of = (name: string) => `arn:aws:iam::aws:policy/${name}`;
  const read = (run: string, ...names: readonly string[]) => readManagedPolicies(iam, names.map(of), run, cache, 1);
  expect(await read('1', 'a', 'b')).toEqual({ [of('a')]: complete('{av1}'), [of('b')]: complete('{bv1}') });
  expect(await read('1', 'b')).toEqual({ [of('b')]: complete('{bv1}') });
  versions.b = 'v2';
  expect(await read('1', 'b')).toEqual({ [of('b')]: complete('{bv1}') });
  expect(await read('2', 'a', 'b')).toEqual({ [of('a')]: complete('{av1}'), [of('b')]: complete('{bv2}') });
  expect(await read('2', 'a')).toEqual({ [of('a')]: complete('{av1}') });
  expect(await read('2', 'c')).toMatchObject({
    [of('c')]: { status: 'unavailable', reason: { kind: 'denied', operation: 'iam:GetPolicyVersion' } },
  });
  const first = ['GetPolicy a', 'GetPolicyVersion a v1', 'GetPolicy b', 'GetPolicyVersion b v1'];
  const later = ['GetPolicy a', 'GetPolicy b', 'GetPolicyVersion b v2', 'GetPolicy c', 'GetPolicyVersion c v1'];
  expect(asked).toEqual([...first, ...later]);
});

/** IAM User Guide, "IAM and AWS STS quotas": 2,048 characters and 100 providers by default; near from 80 %. */
const quotas = async (longest: number, providers: number, over: object = {}, partition = 'aws') => {
  const asked: string[] = [];
  const answer = (name: string) => {
    asked.push(name);
    const own = over[name as keyof typeof over] as unknown;
    if (typeof own === 'function') return (own as () => unknown)();
    return name === 'GetAccountSummary'
      ? { SummaryMap: { AssumeRolePolicySizeQuota: 4096 } }
      : { Quota: { Value: 200 } };
  };
  const read = await readQuotas({
    ...{ iam: () => fakeClient(answer), serviceQuotas: () => fakeClient(answer), partition },
    providers: complete(Array.from({ length: providers }, () => aProvider())),
    roles: complete([aRole({ trustPolicy: 'x'.repeat(longest) }), aRole({ trustPolicy: '{}' })]),
  });
  return [read.status, read.status === 'unavailable' ? {} : read.value, asked];
};

test('each quota is asked for where an account may be near to it, and one alone where the other is refused', async () => {
  const [summary, quota] = ['GetAccountSummary', 'GetServiceQuota'];
  const length = { trustPolicyLength: 4096 };
  expect(await quotas(1638, 79)).toEqual(['unavailable', {}, []]);
  expect(await quotas(1639, 79)).toEqual(['complete', length, [summary]]);
  expect(await quotas(10, 80)).toEqual(['complete', { oidcProviders: 200 }, [quota]]);
  expect(await quotas(3000, 80)).toEqual(['complete', { ...length, oidcProviders: 200 }, [summary, quota]]);
  expect(await quotas(3000, 80, { [quota]: denied })).toEqual(['partial', length, [summary, quota]]);
  expect(await quotas(3000, 80, { [summary]: denied })).toEqual(['partial', { oidcProviders: 200 }, [summary, quota]]);
  expect(await quotas(3000, 80, {}, 'aws-iso-z')).toEqual(['partial', length, [summary]]);
  const tooSmall = () => ({ SummaryMap: { AssumeRolePolicySizeQuota: 2047 } });
  expect(await quotas(3000, 1, { [summary]: tooSmall })).toEqual(['partial', {}, [summary]]);
});
