/** Plans that are carried out, by the real kubectl on the sandbox: what is restarted once more, and what is told to be left. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { applyPlan } from '../../../lib/cli/fix/apply-plan.ts';
import { journalVersion } from '../../../lib/cli/fix/journal.ts';
import { planOf } from '../../../lib/cli/fix/make-plan.ts';
import { runPlan } from '../../../lib/cli/plan/run-plan.ts';
import { type SessionOptions, sessionCommands } from '../../../lib/cli/scan/audit-session.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Plan, PlannedStep } from '../../../lib/plan/plan.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench, withMalformedRole } from '../../support/fix-bench.ts';
import { bareContainer } from '../../support/in-cluster-world.ts';

const run = promisify(execFile);
const bench = useFixBench('carried-out');

/** The options that lead to the world, as a command reads them. */
const session = ({ world }: RunningWorld): SessionOptions => {
  const words = bench.places(world);
  const after = (option: string): readonly string[] =>
    words.flatMap((word, at) => (words[at - 1] === option ? [word] : []));
  return {
    ...{ inCluster: true, roleDetails: true, region: after('--region'), connectTo: after('--connect-to') },
    caFile: after('--ca-file')[0] ?? '',
  };
};

/** The lines of a journal, without the time and the link to the line before. */
const linesOf = (journal: string): readonly object[] =>
  readFileSync(join(bench.folder, journal), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => {
      const { at: _at, link: _link, change: _change, before: _before, after: _after, ...rest } = JSON.parse(line);
      return rest;
    });

const listening = ({
  env,
}: RunningWorld): { readonly io: Io; readonly said: () => readonly [string, number | undefined] } => {
  const codes: number[] = [];
  let text = '';
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      text += chunk;
      done();
    },
  });
  const io: Io = {
    ...{ stdin: new PassThrough().end(), stdout: new PassThrough().resume(), stderr, env, cwd: bench.folder },
    ...{ now: () => '2026-11-01T06:00:00.000Z', stdoutIsTerminal: false, stderrIsTerminal: false },
    exit: code => codes.push(code),
  };
  return { io, said: () => [text, codes.at(-1)] };
};

test('a plan of which no step was run restarts nothing once more, even where the webhook missed pods', async () => {
  const pod = { createdAt: '2026-10-01T10:00:00Z', owner: { kind: 'Deployment', name: 'cart' }, volumes: [] };
  const inside = { pods: complete([aPod({ ...pod, containers: [bareContainer()] })]) };
  const facts = someFacts({ settings: { inCluster: true }, clusters: complete([aReadCluster(inside)]) });
  const never = (): false => false;
  await bench.within(
    facts,
    ({ kubernetes }) => {
      for (const { webhooks } of kubernetes.values()) webhooks.some = never;
    },
    async running => {
      const options = { ...session(running), rule: ['pod-not-injected'], apply: true, yes: true, journal: 'late' };
      const { io, said } = listening(running);
      const planned = await planOf([], options, io);
      await bench.command(running, ['fix', '--rule', 'pod-not-injected', '--script', 'restart.sh']);
      await run('sh', ['restart.sh'], { cwd: bench.folder, env: { ...running.env } });
      const asking = { ...(await sessionCommands(options, io, 'now')), yes: true };
      await applyPlan(planned, options, asking, io);
      expect(said()).toEqual([
        expect.stringMatching(/^step 1: was done already\n0 steps done\nstill there: \w+ pod-not-injected: [^\n]+\n$/),
        1,
      ]);
      expect(existsSync(join(bench.folder, 'late'))).toBe(false);
    },
  );
});

test('of a plan that is for no findings, its own steps are told to be still to do, and no others', async () => {
  const accounts = complete([withMalformedRole('cart'), withMalformedRole('pay')]);
  const facts = someFacts({
    settings: { inCluster: true },
    clusters: complete([aReadCluster({ serviceAccounts: accounts })]),
  });
  await bench.within(
    facts,
    () => undefined,
    async running => {
      const { stdout } = await bench.command(running, [
        'fix',
        '--rule',
        'service-account-role-arn-malformed',
        '--json',
      ]);
      const { steps } = JSON.parse(stdout) as { readonly steps: readonly PlannedStep[] };
      const [cart, pay] = steps.map((step, at) => ({ ...step, reason: `part ${at}\u202e` }));
      if (cart === undefined || pay === undefined) throw new Error(`two steps are wanted: ${stdout}`);
      const { reason: _, ...nameless } = cart;
      const made = async (journal: string, ...plans: readonly (readonly PlannedStep[])[]) => {
        const { io, said } = listening(running);
        let asked = 0;
        const make = (): Plan => ({ steps: plans[asked++] ?? [], fixed: [], left: [] });
        await runPlan(make, { ...session(running), format: 'text', apply: true, yes: true, journal }, io);
        return said();
      };
      const done = 'step 1: was done already\n0 steps done\n';
      expect([
        await made('a', [cart], []),
        await made('b', [cart], [cart, pay]),
        await made('c', [nameless], [pay, nameless]),
        await made('d', [cart], [pay]),
      ]).toEqual([
        ['step 1: done\n1 step done, journal a\n', 0],
        [`${done}still to do: part 0\\u{202e}\n`, 1],
        [`${done}still to do: annotation\n`, 1],
        [done, 0],
      ]);
      expect(linesOf('a')).toEqual([
        { event: 'plan', version: journalVersion, steps: 1, from: 'a scan', findings: [] },
        { event: 'begin', number: 1 },
        { event: 'done', number: 1 },
      ]);
    },
  );
});
