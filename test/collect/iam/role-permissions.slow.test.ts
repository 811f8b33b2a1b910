import { expect, test } from '@jest/globals';
import { readIam as readIamAlone } from '../../../lib/collect/iam/iam-account-reader.ts';
import type { ManagedPolicyCache } from '../../../lib/collect/iam/managed-policies.ts';
import { type Collected, complete, unavailable } from '../../../lib/model/collected.ts';
import type { ServiceControls } from '../../../lib/model/control-policy.ts';
import type { Fault, WorldRole } from '../../../sandbox/world/world.ts';
import { aWorld, aWorldAccount, aWorldRole, mainAccount } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readIam = recorded('readIam', readIamAlone);

const readOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const own = `arn:aws:iam::${mainAccount}:policy/own`;
const bound = `arn:aws:iam::${mainAccount}:policy/bound`;
const allowing = (action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: '*' } });
const byService = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
});
const byPodIdentity = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    ...{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' } },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  },
});
const roles: WorldRole[] = [
  aWorldRole({ name: 'agent', trustPolicy: byPodIdentity, attachedPolicyArns: [readOnly] }),
  aWorldRole({ name: 'reader', attachedPolicyArns: [readOnly] }),
  aWorldRole({ name: 'bounded', attachedPolicyArns: [own], boundary: bound }),
  aWorldRole({ name: 'inline', inlinePolicies: [{ name: 'all', document: allowing('*') }] }),
  aWorldRole({ name: 'node', trustPolicy: byService, inProfile: true, attachedPolicyArns: [readOnly] }),
  aWorldRole({ name: 'job', trustPolicy: byService }),
];
const world = (faults: Fault[] = []) => ({
  ...aWorld({
    accounts: [
      aWorldAccount({
        roles,
        policies: [
          { arn: own, document: allowing('*') },
          { arn: bound, document: allowing('s3:Get*') },
        ],
      }),
    ],
    faults,
  }),
  awsPolicies: { [readOnly]: allowing('s3:Get*') },
});
const arn = (name: string): string => `arn:aws:iam::${mainAccount}:role/${name}`;
const at = '2026-11-01T06:00:00.000Z';

test('the levels of roles that pods and nodes can have, and the texts of those of pods', async () => {
  await withWorld(world(), async ({ clients }) => {
    const { rolePermissions, roles: read } = await readIam(clients.iam(), {
      rolePermissions: { cache: new Map(), run: at },
    });
    expect(read).toMatchObject({ value: expect.arrayContaining([expect.objectContaining({ name: 'job' })]) });
    expect(rolePermissions).toMatchObject({
      status: 'complete',
      value: {
        levels: {
          [arn('reader')]: { level: 'reads-data' },
          [arn('bounded')]: { level: 'reads-data' },
          [arn('inline')]: { level: 'administrator', shown: { policy: 'all', statement: 'Statement[0]' } },
          [arn('node')]: { level: 'reads-data' },
          [arn('agent')]: { level: 'reads-data' },
        },
        policies: {
          [readOnly]: { status: 'complete' },
          [own]: { status: 'complete' },
          [bound]: { status: 'complete' },
        },
      },
    });
    const { value } = rolePermissions as Extract<typeof rolePermissions, { status: 'complete' }>;
    expect(Object.keys(value.levels)).not.toContain(arn('job'));
    expect(Object.keys(value.roles).sort()).toEqual(['agent', 'bounded', 'inline', 'reader'].map(arn));
  });
});

test('levels are decided under the service control policies that were read, and are upper bounds without them', async () => {
  const deny = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 'iam:*', Resource: '*' } });
  const layer = [
    { name: 'FullAWSAccess', document: allowing('*') },
    { name: 'no-iam', document: deny },
  ];
  const reason = { kind: 'denied', operation: 'organizations:ListPolicies', message: 'no' } as const;
  const levelUnder = (controls?: Collected<ServiceControls>) =>
    withWorld(world(), async ({ clients }) => {
      const { rolePermissions } = await readIam(clients.iam(), {
        rolePermissions: { cache: new Map(), run: at, controls },
      });
      if (rolePermissions === undefined || rolePermissions.status === 'unavailable') throw new Error('not read');
      const { levels, isUnderControls } = rolePermissions.value;
      const gaps = rolePermissions.status === 'partial' ? rolePermissions.gaps : [];
      return [levels[arn('inline')]?.level, isUnderControls, gaps.map(({ what }) => what)];
    });
  expect(await levelUnder()).toEqual(['administrator', undefined, []]);
  expect(await levelUnder(complete([]))).toEqual(['administrator', true, []]);
  expect(await levelUnder(complete([layer]))).not.toContain('administrator');
  expect(await levelUnder(complete([layer]))).toContain(true);
  expect(await levelUnder(unavailable(reason))).toEqual(['administrator', undefined, ['service control policies']]);
});

test('a policy of AWS is read once for all accounts, and again when its version is another one', async () => {
  const cache: ManagedPolicyCache = new Map();
  await withWorld(world(), async ({ clients, aws }) => {
    const calls = () => [aws.calls()['iam:GetPolicy'], aws.calls()['iam:GetPolicyVersion']];
    const readAt = (run: string) => readIam(clients.iam(), { rolePermissions: { cache, run } });
    await readAt(at);
    expect(calls()).toEqual([1, 1]);
    expect(aws.calls()['iam:GetAccountAuthorizationDetails']).toBe(1);
    await readAt(at);
    expect(calls()).toEqual([1, 1]);
    await readAt('2026-11-01T12:00:00.000Z');
    expect(calls()).toEqual([2, 1]);
    cache.set(readOnly, { version: 'v0', text: '{}', run: at });
    await readAt('2026-11-01T18:00:00.000Z');
    expect(calls()).toEqual([3, 2]);
  });
});

test('a refused policy of AWS leaves the roles that have it unknown, and is a gap', async () => {
  await withWorld(world([{ operation: 'iam:GetPolicyVersion', kind: 'deny' }]), async ({ clients }) => {
    const { rolePermissions } = await readIam(clients.iam(), { rolePermissions: { cache: new Map(), run: at } });
    expect(rolePermissions).toMatchObject({
      status: 'partial',
      gaps: [{ what: `policy ${readOnly}`, reason: { kind: 'denied' } }],
      value: {
        levels: { [arn('reader')]: { level: 'unknown', isAsked: true }, [arn('inline')]: { level: 'administrator' } },
      },
    });
  });
});

test('refused details are no permissions, and without the choice nothing is asked', async () => {
  await withWorld(world([{ operation: 'iam:GetAccountAuthorizationDetails', kind: 'deny' }]), async ({ clients }) => {
    const { rolePermissions } = await readIam(clients.iam(), { rolePermissions: { cache: new Map(), run: at } });
    expect(rolePermissions).toMatchObject({ status: 'unavailable', reason: { kind: 'denied' } });
  });
  await withWorld(world(), async ({ clients, aws }) => {
    expect(await readIam(clients.iam())).not.toHaveProperty('rolePermissions');
    expect(aws.calls()['iam:GetAccountAuthorizationDetails']).toBeUndefined();
  });
});
