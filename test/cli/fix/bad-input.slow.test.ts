import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench, withMalformedRole } from '../../support/fix-bench.ts';

/** `fix --apply` where the world, the permissions or the journal refuse, with the real aws and kubectl. */
const bench = useFixBench('bad-input');
const roleArn = aRole().arn;
const key = 'eks.amazonaws.com/role-arn';
const rule = ['--rule', 'service-account-role-arn-malformed'];

/** Two service accounts whose annotation has one colon too many: each a step of kubectl that asks nothing. */
const facts = someFacts({
  settings: { inCluster: true },
  clusters: complete([
    aReadCluster({ pods: complete([]), serviceAccounts: complete(['one', 'two'].map(withMalformedRole)) }),
  ]),
});

interface Document {
  readonly metadata: { readonly name: string; readonly annotations: Record<string, string> };
}
const accountsOf = ({ world }: RunningWorld): readonly Document[] =>
  [...world.kubernetes.values()].flatMap(({ serviceAccounts }) => serviceAccounts as Document[]);
const annotationsOf = (running: RunningWorld): readonly (string | undefined)[] =>
  accountsOf(running).map(({ metadata }) => metadata.annotations[key]);
const eventsOf = (name: string): readonly string[] =>
  readFileSync(join(bench.folder, name), 'utf8')
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { readonly event: string }).event);
const nothing = (): void => undefined;

test('a journal that cannot be written, a file that is none, and a finding that is gone are usage, before any write', async () => {
  await bench.within(facts, nothing, async running => {
    const before = annotationsOf(running);
    const report = (await bench.command(running, ['scan', '--json'])).stdout;
    writeFileSync(join(bench.folder, 'report.json'), report);
    const [found] = (JSON.parse(report) as RunReport).findings;
    for (const journal of ['no-such-folder/x.journal', 'report.json', '/proc/x.journal']) {
      const { stderr, code } = await bench.command(running, ['fix', ...rule, '--apply', '--yes', '--journal', journal]);
      expect([stderr, code]).toEqual([expect.stringContaining('the journal '), 2]);
    }
    const other = await bench.command(running, ['fix', '--undo', 'report.json', '--yes']);
    expect([other.stderr, other.code]).toEqual([
      'irsa-auditor: report.json is no journal of fix: line 1 cannot be read\n',
      2,
    ]);
    expect(annotationsOf(running)).toEqual(before);
    for (const one of accountsOf(running)) one.metadata.annotations[key] = roleArn;
    const gone = await bench.command(running, ['fix', found?.id ?? '', '--apply', '--yes']);
    expect([gone.stderr, gone.code]).toEqual([
      expect.stringMatching(`^irsa-auditor: finding ${found?.id} not found in a scan of account \\d+.* now\n$`),
      2,
    ]);
  });
}, 240_000);

test('fix twice from one report writes once, each undo goes back its own run, and a second undo nothing', async () => {
  await bench.within(facts, nothing, async running => {
    const before = annotationsOf(running);
    writeFileSync(join(bench.folder, 'twice.json'), (await bench.command(running, ['scan', '--json'])).stdout);
    const fix = (journal: string) =>
      bench.command(running, ['fix', ...rule, '--input', 'twice.json', '--apply', '--yes', '--journal', journal]);
    const first = await fix('first.journal');
    expect([first.stderr, first.code]).toEqual([expect.stringContaining('2 steps done'), 0]);
    const second = await fix('second.journal');
    expect([second.stdout, second.code]).toEqual(['Nothing to fix.\n', 0]);
    const { findings } = JSON.parse(readFileSync(join(bench.folder, 'twice.json'), 'utf8')) as RunReport;
    for (const source of [
      ['--input', 'twice.json'],
      ['--journal', 'first.journal'],
    ]) {
      const named = await bench.command(running, ['fix', findings[0]?.id ?? '', ...source, '--apply', '--yes']);
      expect([named.stderr, named.code]).toEqual([
        expect.stringMatching(
          /^(?:twice\.json: findings .*\n)?finding \w+: nothing to do, a scan of now does not find it \(it is of \S+\)\n/,
        ),
        0,
      ]);
    }
    expect(existsSync(join(bench.folder, 'second.journal'))).toBe(false);
    for (const [journal, said] of [
      ['first.journal', /\$ kubectl .*\nstep 2: undone\n.*\nstep 1: undone\n2 steps undone\n$/s],
      ['first.journal', /^0 steps undone\n$/],
    ] as const) {
      const { stderr, code } = await bench.command(running, ['fix', '--undo', journal, '--yes']);
      expect([stderr, code]).toEqual([expect.stringMatching(said), 0]);
    }
    expect(annotationsOf(running)).toEqual(before);
  });
}, 240_000);

test('of a file the findings that are still there are fixed as they are now, and what somebody changed since stays', async () => {
  await bench.within(facts, nothing, async running => {
    writeFileSync(join(bench.folder, 'old.json'), (await bench.command(running, ['scan', '--json'])).stdout);
    const [, second] = accountsOf(running);
    if (second !== undefined) second.metadata.annotations[key] = `${roleArn}-new`;
    const { stderr, code } = await bench.command(running, [
      ...['fix', ...rule, '--input', 'old.json', '--apply', '--yes', '--journal', 'changed.journal'],
    ]);
    expect([stderr, code]).toEqual([expect.stringContaining('1 step done, journal changed.journal'), 0]);
    expect(annotationsOf(running)).toEqual([roleArn, `${roleArn}-new`]);
  });
}, 240_000);

/** A provider with a thumbprint and an audience that are wrong: two steps that write it. */
const provided = someFacts({
  settings: { inCluster: true },
  providers: complete([aProvider({ audiences: ['vault'], thumbprints: ['9'.repeat(40)] })]),
  clusters: complete([aReadCluster({ pods: complete([]) })]),
});
const rules = ['provider-thumbprint-mismatch', 'provider-audience-missing'].flatMap(id => ['--rule', id]);

test('steps on one provider, each after a yes of the input; the permission for the last is missing: exit code 3', async () => {
  await bench.within(provided, nothing, async running => {
    const provider = running.world.accounts[0]?.providers[0];
    const old = structuredClone(provider);
    const deny = { operation: 'iam:AddClientIDToOpenIDConnectProvider', kind: 'deny' } as const;
    running.world.faults.push(deny);
    const { stderr, code } = await runCommand(
      ['fix', ...rules, '--apply', '--journal', 'denied.journal', ...bench.places(running.world)],
      { cwd: bench.folder, env: running.env, columns: 100, stdin: 'y\ny\n' },
    );
    expect(stderr).toMatch(/AddClientIDToOpenIDConnectProvider/);
    expect(stderr).toContain('Done: step 1. Failed: step 2, and nothing was written. Not run: no step.');
    expect(code).toBe(3);
    expect(eventsOf('denied.journal')).toEqual(['plan', 'begin', 'done', 'begin', 'failed', 'stopped']);
    const undone = await bench.command(running, ['fix', '--undo', 'denied.journal', '--yes']);
    expect([undone.stderr, undone.code]).toEqual([expect.stringMatching(/\nstep 1: undone\n1 step undone\n$/), 0]);
    expect(provider).toEqual(old);
  });
}, 240_000);

test('a plan of a file that an audit of now does not make is not run: exit code 3', async () => {
  await bench.within(provided, nothing, async running => {
    const account = await bench.command(running, ['fix', '--service-account', 'checkout/crat']);
    expect([account.stderr, account.code]).toEqual([expect.stringContaining('did you mean checkout/cart?'), 2]);
    writeFileSync(join(bench.folder, 'before.json'), (await bench.command(running, ['scan', '--json'])).stdout);
    running.world.faults.push({ operation: 'eks:ListClusters', kind: 'deny' });
    const { stderr, code } = await bench.command(running, [
      ...['fix', '--rule', 'provider-audience-missing', '--input', 'before.json', '--apply', '--yes'],
      ...['--journal', 'unverified.journal'],
    ]);
    expect(stderr).toMatch(
      /no step is made: finding \w{32} could not be confirmed by an audit of now\. Nothing was written\./,
    );
    expect(code).toBe(3);
    expect(existsSync(join(bench.folder, 'unverified.journal'))).toBe(false);
  });
}, 240_000);

/** A role that every service account of the cluster may have as soon as the provider is there. */
const waiting = someFacts({
  roles: complete([
    aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:*' }).replace('StringEquals', 'StringLike') }),
  ]),
  providers: complete([]),
});

test('what opens a role to more than one service account is applied by its id alone, even where each step is confirmed', async () => {
  await bench.within(waiting, nothing, async running => {
    const apply = (...words: readonly string[]) =>
      runCommand(['fix', ...words, '--apply', '--json', ...bench.places(running.world)], {
        ...{ cwd: bench.folder, env: running.env, columns: 100, stdin: 'y\n'.repeat(5) },
      });
    const refused = await apply('--rule', 'cluster-provider-missing', '--journal', 'wide.journal');
    const { steps, left } = JSON.parse(refused.stdout) as Plan;
    expect(steps).toEqual([]);
    expect(left.map(({ why }) => why)).toEqual([
      expect.stringMatching(/^A person must decide, and name the id of this finding: /),
    ]);
    expect(refused.code).toBe(1);
    expect(running.world.accounts[0]?.providers).toEqual([]);
    const named = await apply(left[0]?.finding.id ?? '', '--journal', 'named.journal');
    expect(named.stderr).toContain('1 step done');
    expect(running.world.accounts[0]?.providers).toHaveLength(1);
  });
}, 240_000);

test('reads that are denied and names that are mistyped are no health: exit codes 3 and 2', async () => {
  await bench.within(waiting, nothing, async running => {
    const role = await bench.command(running, ['fix', '--role', 'checkout-crat']);
    expect([role.stderr, role.code]).toEqual([expect.stringContaining('did you mean checkout-cart?'), 2]);
    const cluster = await bench.command(running, ['fix', '--cluster', 'shopp']);
    expect([cluster.stderr, cluster.code]).toEqual([expect.stringContaining('did you mean shop?'), 2]);
    for (const operation of ['iam:ListRoles', 'iam:ListOpenIDConnectProviders', 'eks:ListClusters'])
      running.world.faults.push({ operation, kind: 'deny' });
    const denied = await bench.command(running, ['fix']);
    expect(denied.stdout).toContain('Nothing to fix.');
    expect([denied.stderr, denied.code]).toEqual([expect.stringContaining('not read: roles: '), 3]);
  });
}, 240_000);
