/**
 * Service and resource control policies at the door: a call that one of them denies is refused in IAM's words, and the run ends as AWS
 * would end it. Source: IAM User Guide, "Policy evaluation logic", "Troubleshoot access denied error messages".
 */
import { describe, expect, test } from '@jest/globals';
import type { Controls } from '../../../sandbox/door/judge.ts';
import { behindDoor } from '../../support/door/played-scenario.ts';

const allowed = { Effect: 'Allow', Action: '*', Resource: '*' };
const level = (...Statement: readonly object[]): Controls['service'] => [
  { orgIdentifier: 'r-abcd', policies: [{ name: 'own', policy: { Version: '2012-10-17', Statement } }] },
];
const denying = (kind: keyof Controls, Action: string, more: object = {}): Controls => {
  const denial = { Effect: 'Deny', ...(kind === 'resource' ? { Principal: '*' } : {}), Action, Resource: '*', ...more };
  return { service: level(allowed), resource: [], [kind]: level(...(kind === 'service' ? [allowed] : []), denial) };
};
const none = { operations: 'none' };

/** The end of a run, what was refused, and what the last run's record says of its gaps. */
const runUnder = (controls: Controls, where: 'home' | 'member' = 'home') =>
  behindDoor(
    ({ home, member }) =>
      where === 'home' ? none : { ...none, accounts: { from: 'list', accountIds: [home, member] } },
    async world => {
      const ended = await (await world.fire(world.stack.name)).ended;
      await world.settled();
      return { ended, refused: world.door.refused(), faults: world.door.faults };
    },
    { seed: 3, controlsOf: place => new Map([[place[where], controls]]) },
  );

describe('a service control policy', () => {
  test('that denies a step its own document ends the run with AccessDenied', async () => {
    const { ended, refused, faults } = await runUnder(denying('service', 's3:PutObject'));
    expect(faults).toEqual([]);
    expect(ended).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/AccessDenied/) });
    expect(JSON.stringify(ended)).toContain('with an explicit deny in a service control policy');
    expect(refused[0]).toMatch(
      /-list-targets was refused s3:PutObject on \S+ \(s3:PutObject, AccessDenied\) with an explicit deny in a service control policy$/,
    );
  });

  test('that allows something else alone refuses, in the words for a policy that is silent', async () => {
    const { ended, refused } = await runUnder({
      service: level({ ...allowed, Action: ['states:*', 'lambda:*', 'iam:*'] }),
      resource: [],
    });
    expect(ended.status).toBe('FAILED');
    expect(refused[0]).toContain('because no service control policy allows the');
  });

  test('that denies a member a reading is a gap of that account, and the run goes on', async () => {
    const { ended, refused } = await runUnder(denying('service', 'iam:ListRoles'), 'member');
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { accounts: 2 } });
    expect((ended as { readonly output: { readonly gaps: number } }).output.gaps).toBeGreaterThan(0);
    expect(new Set(refused.map(line => / was refused (\S+)/.exec(line)?.[1]))).toEqual(new Set(['iam:ListRoles']));
  });
});

test('a resource control policy that denies the role of a member is a gap of that account', async () => {
  const { ended, refused } = await runUnder(denying('resource', 'sts:AssumeRole'), 'member');
  expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { accounts: 2 } });
  expect(refused[0]).toMatch(
    /was refused sts:AssumeRole on \S+ .* with an explicit deny in a resource control policy$/,
  );
});

test('a resource control policy that denies the bucket to everybody without TLS refuses nothing', async () => {
  const { ended, refused } = await runUnder(
    denying('resource', 's3:*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  );
  expect({ ended: ended.status, refused }).toEqual({ ended: 'SUCCEEDED', refused: [] });
});
