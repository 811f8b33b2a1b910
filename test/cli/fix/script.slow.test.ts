import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench, withMalformedRole } from '../../support/fix-bench.ts';
import { examplesOf } from '../../support/rule-examples.ts';
import { sample } from '../../support/sample.ts';

/** A script of fix, run by a shell with the real aws and kubectl: it has the guards of --apply. */
const bench = useFixBench('scripts');
const run = promisify(execFile);
const nothing = (): void => undefined;

/** Two service accounts with a malformed role: two steps of kubectl that ask nothing. */
const twoAccounts = someFacts({
  settings: { inCluster: true },
  clusters: complete([
    aReadCluster({
      pods: complete([]),
      serviceAccounts: complete([withMalformedRole('one'), withMalformedRole('two')]),
    }),
  ]),
});
const malformedSubject = someFacts({
  roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }) })]),
});

const shell = (running: RunningWorld, file: string) =>
  run('sh', [file], { cwd: bench.folder, env: { ...running.env } }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { readonly code: number; readonly stderr: string }) => ({ code: error.code, stderr: error.stderr }),
  );
const kubectl = (running: RunningWorld, ...words: readonly string[]) =>
  run('kubectl', ['--context', [...running.world.kubernetes.keys()][0] ?? '', '--namespace', 'checkout', ...words], {
    env: { ...running.env },
  });
const written = async (running: RunningWorld, name: string, ...words: readonly string[]): Promise<string> => {
  const { stderr } = await bench.command(running, ['fix', ...words, '--script', name]);
  if (!existsSync(join(bench.folder, name))) throw new Error(stderr);
  return readFileSync(join(bench.folder, name), 'utf8');
};
const roleOf = async (running: RunningWorld, name: string): Promise<string> =>
  JSON.parse((await kubectl(running, 'get', 'serviceaccount', name, '--output', 'json')).stdout).metadata.annotations[
    roleArnKey
  ];

describe('a script', () => {
  test('writes what its plan says, does nothing the second time, and is read by nobody else', async () => {
    await bench.within(twoAccounts, nothing, async running => {
      await written(running, 'twice.sh');
      expect(statSync(join(bench.folder, 'twice.sh')).mode & 0o777).toBe(0o600);
      expect(await shell(running, 'twice.sh')).toMatchObject({ code: 0 });
      expect(await roleOf(running, 'one')).toBe(aRole().arn);
      const { stdout: before } = await kubectl(running, 'get', 'serviceaccounts', '--output', 'json');
      const again = await shell(running, 'twice.sh');
      expect([again.code, again.stderr]).toEqual([0, 'step 1: was done already\nstep 2: was done already\n']);
      expect((await kubectl(running, 'get', 'serviceaccounts', '--output', 'json')).stdout).toBe(before);
    });
  });

  test('stops where the state differs: what somebody else wrote stays, and no later step is run', async () => {
    await bench.within(twoAccounts, nothing, async running => {
      const text = await written(running, 'changed.sh');
      const [first = ''] = /serviceaccount\/(one|two)/.exec(text)?.slice(1) ?? [];
      const other = first === 'one' ? 'two' : 'one';
      await kubectl(running, 'annotate', '--overwrite', 'serviceaccount', first, `${roleArnKey}=mine`);
      const ended = await shell(running, 'changed.sh');
      expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/step 1: .*changed since the audit/)]);
      expect(await roleOf(running, first)).toBe('mine');
      expect(await roleOf(running, other)).toBe(withMalformedRole(other).annotations[roleArnKey]);
    });
  });

  test('keeps a Deny that a colleague added to the trust policy', async () => {
    await bench.within(malformedSubject, nothing, async running => {
      const { stdout } = await bench.command(running, ['scan', '--json']);
      const id = JSON.parse(stdout).findings.find(
        ({ ruleId }: { readonly ruleId: string }) => ruleId === 'trust-subject-malformed',
      ).id;
      await written(running, 'deny.sh', id, '--choose', '1');
      const [role] = running.world.accounts[0]?.roles ?? [];
      if (role === undefined) throw new Error('no role');
      const policy = JSON.parse(role.trustPolicy);
      policy.Statement.push({ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' });
      const now = JSON.stringify(policy);
      Object.assign(role, { trustPolicy: now });
      expect(await shell(running, 'deny.sh')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/step 1: .*changed since the audit/),
      });
      expect(running.world.accounts[0]?.roles[0]?.trustPolicy).toBe(now);
      policy.Statement.pop();
      Object.assign(role, { trustPolicy: JSON.stringify(policy, null, 3) });
      expect(await shell(running, 'deny.sh')).toMatchObject({ code: 0 });
      expect(running.world.accounts[0]?.roles[0]?.trustPolicy).toContain('serviceaccount:checkout:cart');
      expect(await shell(running, 'deny.sh')).toEqual({ code: 0, stderr: 'step 1: was done already\n' });
    });
  });

  test('writes into no other cluster, whatever the context is called', async () => {
    await bench.within(twoAccounts, nothing, async running => {
      await written(running, 'elsewhere.sh');
      await bench.within(twoAccounts, nothing, async other => {
        const ended = await shell(
          { ...running, env: { ...running.env, KUBECONFIG: other.env.KUBECONFIG ?? '' } },
          'elsewhere.sh',
        );
        expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('leads to another API server')]);
        expect(await roleOf(other, 'one')).toBe(withMalformedRole('one').annotations[roleArnKey]);
      });
    });
  });
});

/** A change of each kind that a plan has: guarded, run, and run again. */
const kinds: readonly [string, string][] = [
  ['cluster-provider-missing', 'a provider'],
  ['provider-audience-missing', 'an audience'],
  ['provider-audience-unexpected', 'an audience too many'],
  ['provider-thumbprint-mismatch', 'thumbprints'],
  ['addon-role-differs', 'the role of an add-on'],
  ['pod-identity-service-account-missing', 'an association'],
  ['service-account-on-default', 'a new service account'],
  ['webhook-missing', 'the webhook'],
  ['pod-role-stale', 'a restart'],
];
const exampleOf = (ruleId: string): Facts => {
  const rule = catalog.find(({ id }) => id === ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return examplesOf(rule).fail.facts();
};

test.each(sample(kinds, 4))('%s, as a script: %s', async ruleId => {
  await bench.within(exampleOf(ruleId), nothing, async running => {
    const { stdout } = await bench.command(running, ['scan', '--json']);
    const found = JSON.parse(stdout).findings.find((one: { readonly ruleId: string }) => one.ruleId === ruleId);
    const file = `${ruleId}.sh`;
    await written(running, file, found.id, '--choose', '1');
    const first = await shell(running, file);
    expect([first.code, first.stderr]).toEqual([0, expect.not.stringContaining('stopped')]);
    const after = JSON.parse((await bench.command(running, ['scan', '--json'])).stdout);
    expect(after.findings.map((one: { readonly id: string }) => one.id)).not.toContain(found.id);
    const again = await shell(running, file);
    // Whether a webhook is as EKS makes it no line of a shell can tell.
    expect(again.stderr).toContain(ruleId === 'webhook-missing' ? 'changed since the audit' : 'was done already');
  });
});
