/** What becomes of a plan by its options: which steps are left in it, what waits for a person, what is written, the exit code. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type PlanOptions, runPlan } from '../../../lib/cli/plan/run-plan.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { act } from '../../../lib/fixes/step.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Change, ChangeOf } from '../../../lib/model/step.ts';
import type { Plan, PlannedStep } from '../../../lib/plan/plan.ts';
import { type SandboxAws, startAws } from '../../../sandbox/aws/start-aws.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { soundChanges } from '../../fixes/changes.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import { golden } from '../../support/golden.ts';
import { sandboxVariables } from '../../support/lead-to-sandbox.ts';
import { worldOfFacts } from '../../support/world-of-facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-plan-'));
const before = { ...process.env };
const thumbprint = 'a'.repeat(40);
let world: World;
let aws: SandboxAws;
beforeAll(async () => {
  const facts = someFacts({ roles: complete(['one', 'two'].map(name => aRole({ name, arn: roleOf(name) }))) });
  world = worldOfFacts(facts, { root: thumbprint, intermediate: thumbprint, leaf: thumbprint } as never, '');
  aws = await startAws(world);
  Object.assign(process.env, sandboxVariables(aws.url, facts.snapshot.accountId, folder));
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await aws?.stop();
});

const roleOf = (name: string, account = '111122223333') => `arn:aws:iam::${account}:role/team/${name}`;
const step = (name: string, change: Change, over: Partial<PlannedStep> = {}): PlannedStep => ({
  ...act(change),
  ...{ findingIds: [], reason: name },
  ...over,
});
const policy = (...sids: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: sids.map(Sid => ({
      Sid,
      Effect: 'Allow',
      Principal: { AWS: '111122223333' },
      Action: 'sts:AssumeRole',
    })),
  });
const trust = (roleArn: string): Change => ({
  ...{ kind: 'trust-policy', roleArn },
  ...{ before: policy('Old'), after: policy('Old', 'New') },
});
const { after: _after, ...annotation } = soundChanges.annotation[0] as ChangeOf<'annotation'>;
const roleKey = 'eks.amazonaws.com/role-arn';
const steps: readonly PlannedStep[] = [
  step('trust of one', trust(roleOf('one'))),
  step('trust of two, with a question', trust(roleOf('two')), { choice: 'May two be assumed so?' }),
  step('trust in another account', trust(roleOf('one', '444455556666'))),
  step('a new annotation', { ...annotation, key: roleKey, after: roleOf('one') }),
  step('an annotation that goes', { ...annotation, key: roleKey, before: roleOf('two') }),
  step('another annotation', { ...annotation, key: 'team', after: 'x' }, { roleArn: roleOf('two') }),
  step('an association, with a question', soundChanges['association-created'][0] as Change, { choice: 'Move it?' }),
  step('an add-on for no role, with a question', soundChanges['addon-created'][0] as Change, { choice: 'Pay for it?' }),
  step('an audience', soundChanges['audience-added'][0] as Change, { roleArn: roleOf('one') }),
];
const plan: Plan = { steps, fixed: [], left: [], notes: [{ about: 'a note', why: 'It is for a person.' }] };

const run = async (made: Plan, options: Partial<PlanOptions>, isTerminal = false) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const codes: number[] = [];
  const io = {
    ...{ stdin: new PassThrough(), stdout, stderr, cwd: folder, env: { HOME: folder, KUBECONFIG: '/dev/null' } },
    ...{ now: () => '2026-11-02T06:00:00.000Z', stdoutIsTerminal: isTerminal, stderrIsTerminal: false },
    exit: (code: number) => codes.push(code),
  } as unknown as Io;
  const session = { inCluster: false, issuers: false, region: ['eu-west-1'], format: 'text' } as const;
  const failure = await runPlan(() => made, { ...session, ...options }, io).then(
    () => '',
    (error: unknown) => `threw ${(error as Error).name}: ${(error as Error).message}\n`,
  );
  return { out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') + failure, codes };
};
test('a role and an account that nothing has are refused, as in every other command', async () => {
  const refused = async (options: Partial<PlanOptions>) => (await run(plan, options)).err;
  expect(await refused({ role: ['three'] })).toContain('--role: unknown role "three"; known: one, two');
  expect(await refused({ account: ['111122223334'] })).toContain('did you mean 111122223333?');
}, 60_000);

test('a script asks nobody: what has a question waits, unless its role is named', async () => {
  const of = async (options: Partial<PlanOptions>) => {
    const { out, err, codes } = await run(plan, { ...options, script: 'plan.sh' });
    const script = readFileSync(join(folder, 'plan.sh'), 'utf8');
    expect(script).toContain('It is for a person.');
    return [out, err, codes, steps.filter(({ reason }) => script.includes(`${reason}`)).map(({ reason }) => reason)];
  };
  const withoutQuestion = steps.filter(({ choice }) => choice === undefined).map(({ reason }) => reason);
  const [out, err, codes, done] = await of({});
  expect([out, err, codes]).toEqual(['', 'plan.sh: 6 steps\n', [1]]);
  expect(done).toEqual(expect.arrayContaining(withoutQuestion));
  expect(await of({ role: ['two'] })).toEqual([
    '',
    'plan.sh: 7 steps\n',
    [1],
    expect.arrayContaining(['trust of two, with a question']),
  ]);
  const shown = await run(plan, {});
  expect(shown.out).toContain('trust of two, with a question');
}, 60_000);

test('each form of a plan, and its exit code', async () => {
  const empty: Plan = { steps: [], fixed: [], left: [], notes: [] };
  const [only] = steps;
  const one: Plan = { ...empty, steps: only === undefined ? [] : [only] };
  golden(
    'plan-forms.txt',
    [
      (await run(one, {})).out,
      (await run(one, { json: true })).out,
      (await run(one, { format: 'json' })).out,
      (await run(one, { format: 'terraform' })).out,
      (await run(empty, {})).out,
    ].join('\n====\n'),
  );
  expect((await run(empty, {})).codes).toEqual([0]);
  expect((await run({ ...empty, notes: plan.notes ?? [] }, {})).codes).toEqual([1]);
  expect((await run({ steps: [], fixed: [], left: [] }, { apply: true, yes: true })).codes).toEqual([0]);
  world.faults.push({ operation: 'eks:ListClusters', kind: 'deny' });
  const partly = [await run(empty, {}), await run(one, {})];
  world.faults.pop();
  expect(partly.map(({ codes, err }) => [codes, err])).toEqual([
    [[3], expect.stringMatching(/^not read: clusters, account 111122223333, eu-west-1: .*AccessDenied.*\n$/)],
    [[3], expect.stringMatching(/^not read: clusters, account 111122223333, eu-west-1: /)],
  ]);
  const region = Array.from({ length: 12 }, (_, at) => `eu-west-${at + 1}`);
  world.faults.push({ operation: 'eks:ListClusters', kind: 'deny' });
  const { err } = await run(empty, { region });
  world.faults.pop();
  expect(err).toMatch(/^not read: clusters of 111122223333: .* \(12 times\)\n$/);
}, 60_000);

test.each<readonly [Partial<PlanOptions>, string]>([
  [{ apply: true, script: 'x' }, '--apply and --script exclude each other'],
  [{ yes: true }, '--yes needs --apply'],
  [{ journal: 'x' }, '--journal needs --apply'],
  [{ apply: true }, '--apply asks before each step: run it in a terminal, or add --yes'],
  [{ script: 'x', json: true }, '--script writes a script: it takes no --json and no --format'],
  [{ script: 'x', format: 'terraform' }, '--script writes a script: it takes no --json and no --format'],
])('%j is refused before anything is read', async (options, why) => {
  const calls = aws.calls();
  expect(await run(plan, options)).toEqual({ out: '', err: `threw UsageError: ${why}\n`, codes: [] });
  expect(aws.calls()).toEqual(calls);
});
