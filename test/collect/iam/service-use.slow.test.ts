import { expect, test } from '@jest/globals';
import type { Clock } from '../../../lib/collect/clock.ts';
import { readIam as readIamAlone } from '../../../lib/collect/iam/iam-account-reader.ts';
import type { Fault, World, WorldRole } from '../../../sandbox/world/world.ts';
import { aWorld, aWorldAccount, aWorldRole, mainAccount } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readIam = recorded('readIam', readIamAlone);

const at = '2026-11-01T06:00:00.000Z';
const lately = '2026-10-31T06:00:00Z';
const github = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${mainAccount}:oidc-provider/token.actions.githubusercontent.com` },
    Action: 'sts:AssumeRoleWithWebIdentity',
  },
});
const called = { s3: lately, sqs: null };
const roles = (): WorldRole[] => [
  aWorldRole({ name: 'cart', lastUsedAt: lately, calledServices: called }),
  aWorldRole({ name: 'young', lastUsedAt: lately, createdAt: '2026-10-01T06:00:00Z', calledServices: called }),
  aWorldRole({ name: 'idle', calledServices: called }),
  aWorldRole({ name: 'build', lastUsedAt: lately, trustPolicy: github, calledServices: called }),
];
const world = (faults: Fault[] = [], more: readonly WorldRole[] = [], reportLooks = 0): World => ({
  ...aWorld({ accounts: [aWorldAccount({ roles: [...roles(), ...more] })], faults }),
  reportLooks,
});
const arn = (name: string): string => `arn:aws:iam::${mainAccount}:role/${name}`;

/** A clock on which sleep takes no time of the test. */
const clockAt = (): Clock & { readonly slept: number[] } => {
  const slept: number[] = [];
  let now = Date.parse(at);
  return {
    slept,
    now: () => now,
    sleep: async milliseconds => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
};

const read = (served: World, clock: Clock = clockAt()) =>
  withWorld(served, async ({ clients, aws }) => {
    const { serviceUse } = await readIam(clients.iam(), {
      rolePermissions: { cache: new Map(), run: at },
      serviceUse: { now: at, days: 90 },
      clock,
    });
    const { 'iam:GenerateServiceLastAccessedDetails': made, 'iam:GetServiceLastAccessedDetails': looked } = aws.calls();
    return { serviceUse, calls: [made, looked] };
  });

const report = { at: '2026-11-01T06:00:01.000Z', services: 2, unused: ['sqs'] };

test('asks about roles of pods that are in use and not new, by two calls each', async () => {
  const { serviceUse, calls } = await read(world());
  expect(serviceUse).toEqual({ status: 'complete', value: { [arn('cart')]: { status: 'complete', value: report } } });
  expect(calls).toEqual([1, 1]);
});

test('a report that is not ready is looked at again, ever more seldom', async () => {
  const clock = clockAt();
  const { serviceUse, calls } = await read(world([], [], 3), clock);
  expect(serviceUse).toMatchObject({ status: 'complete', value: { [arn('cart')]: { status: 'complete' } } });
  expect(calls).toEqual([1, 4]);
  expect(clock.slept.slice(-3)).toEqual([1_000, 2_000, 4_000]);
});

test('nothing is asked while a report has its time, nor after the wait has failed', async () => {
  const stopped = { ...clockAt(), sleep: () => Promise.reject(new Error('the wait was ended')) };
  await expect(read(world([], [], 3), stopped)).rejects.toThrow('the wait was ended');
});

test('a report that is never ready ends at the deadline of the account, as unknown', async () => {
  const clock = clockAt();
  const { serviceUse } = await read(world([], [], 10_000), clock);
  expect(serviceUse).toMatchObject({ status: 'unavailable', reason: { kind: 'timed-out' } });
  // A look after the deadline would be for nothing: the wait before it is not begun.
  expect(clock.now() - Date.parse(at)).toBeLessThan(180_000);
});

test('a report that fails leaves its role unknown, and the others known', async () => {
  const broken = aWorldRole({ name: 'broken', lastUsedAt: lately, calledServices: 'failed' });
  const { serviceUse } = await read(world([], [broken]));
  const reason = { kind: 'invalid', message: expect.stringContaining('The report could not be generated.') };
  expect(serviceUse).toMatchObject({
    status: 'partial',
    gaps: [{ what: `use of services by ${arn('broken')}`, reason }],
    value: { [arn('broken')]: { status: 'unavailable', reason }, [arn('cart')]: { status: 'complete' } },
  });
});

test.each<readonly [Fault['kind'], string, string]>([
  ['deny', 'denied', 'iam:GenerateServiceLastAccessedDetails'],
  ['throttle', 'throttled', 'iam:GenerateServiceLastAccessedDetails'],
  ['deny', 'denied', 'iam:GetServiceLastAccessedDetails'],
  ['throttle', 'throttled', 'iam:GetServiceLastAccessedDetails'],
])('after %s nothing is known, and no further role is asked about', async (kind, reason, operation) => {
  const many = Array.from({ length: 20 }, (_, index) =>
    aWorldRole({ name: `more-${index}`, lastUsedAt: lately, calledServices: called }),
  );
  const { serviceUse, calls } = await read(world([{ operation, kind }], many));
  expect(serviceUse).toMatchObject({ status: 'unavailable', reason: { kind: reason, operation } });
  expect(Math.max(...calls.map(count => count ?? 0))).toBeLessThanOrEqual(4);
});

test('more services than a page has are all read', async () => {
  const services = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`service-${index}`, null]));
  const wide = aWorldRole({ name: 'wide', lastUsedAt: lately, calledServices: { ...services, s3: lately } });
  const { serviceUse } = await read(world([], [wide]));
  expect(serviceUse).toMatchObject({
    value: { [arn('wide')]: { value: { services: 1_501, unused: expect.arrayContaining(['service-1499']) } } },
  });
});

test('without the choice nothing is asked', async () => {
  await withWorld(world(), async ({ clients, aws }) => {
    expect(await readIam(clients.iam(), { rolePermissions: { cache: new Map(), run: at } })).not.toHaveProperty(
      'serviceUse',
    );
    expect(aws.calls()['iam:GenerateServiceLastAccessedDetails']).toBeUndefined();
  });
});

test('where the roles are refused their use is, too', async () => {
  const { serviceUse, calls } = await read(world([{ operation: 'iam:ListRoles', kind: 'deny' }]));
  expect(serviceUse).toMatchObject({ status: 'unavailable', reason: { kind: 'denied', operation: 'iam:ListRoles' } });
  expect(calls).toEqual([undefined, undefined]);
});
