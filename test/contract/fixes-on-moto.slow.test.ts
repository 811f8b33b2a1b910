/** The IAM steps of fixes, run by the real aws against moto, someone else's AWS. */

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isAsAudited, isAsWritten, readOf, stateIn, undoOf } from '../../lib/fixes/change-table.ts';
import { posixCommands } from '../../lib/fixes/render-step.ts';
import { act } from '../../lib/fixes/step.ts';
import { valueOr } from '../../lib/model/collected.ts';
import { type Act, type Change, isAct } from '../../lib/model/step.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { programs } from '../support/programs.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { sample } from '../support/sample.ts';

const run = promisify(execFile);
/** moto's own account; the examples' is named in its place. */
const motoAccount = '123456789012';
const inMoto = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('111122223333', motoAccount)) as T;

let moto: Moto;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const [found, started] = await Promise.all([programs(), startMoto()]);
  moto = started;
  const secrets = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  env = { ...process.env, ...secrets, PATH: found.path, AWS_ENDPOINT_URL: moto.url, AWS_DEFAULT_REGION: 'us-east-1' };
  process.stdout.write(`fixes on moto: ${found.used.split(',')[0]}\n`);
}, 600_000);
afterAll(() => moto?.stop());

const aws = (...args: readonly string[]) => run('aws', [...args], { env, timeout: 240_000 });

/** Not among them: moto 5.2.1 answers AddClientIDToOpenIDConnectProvider and its opposite with an error 500. */
const iamChanges: ReadonlySet<Change['kind']> = new Set([
  ...(['trust-policy', 'thumbprints', 'provider-created', 'provider-deleted'] as const),
]);

const tried = catalog.flatMap(rule => {
  const facts = inMoto(examplesOf(rule).fail.facts());
  const [finding] = evaluate(facts, { rules: [rule] }).findings.filter(({ fix }) =>
    (fix.steps ?? []).some(({ change }) => change !== undefined && iamChanges.has(change.kind)),
  );
  const steps = (finding?.fix.steps ?? []).filter(isAct).filter(({ change }) => iamChanges.has(change.kind));
  return steps.length === 0 ? [] : [{ id: rule.id, facts, steps }];
});

/** Creates in moto what the steps change. */
const prepare = async ({ facts }: (typeof cases)[number]): Promise<void> => {
  await moto.reset();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const iam = new IAMClient({ endpoint: moto.url, region: 'us-east-1', credentials });
  for (const { detail } of valueOr(facts.snapshot.providers, [])) {
    if (detail.status === 'unavailable') continue;
    const { url, audiences, thumbprints } = detail.value;
    const lists = { ClientIDList: [...audiences], ThumbprintList: thumbprints.slice(0, 5) };
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: `https://${url}`, ...lists }));
  }
  for (const { name, path, trustPolicy } of valueOr(facts.snapshot.roles, []))
    await iam.send(new CreateRoleCommand({ RoleName: name, Path: path, AssumeRolePolicyDocument: trustPolicy }));
  iam.destroy();
};

const stateOf = async (step: Act) => {
  const args = readOf(step.change)?.args ?? [];
  const found = await aws(...args).catch((error: { readonly stderr?: string }) => {
    if (/\(NoSuchEntity\)/.test(error.stderr ?? '')) return { stdout: '' };
    throw error;
  });
  return stateIn(step.change, found.stdout);
};

/** One of each kind of change, and a sample of the others. */
const kinds = tried.map(({ steps }) => steps[0]?.change.kind);
const firsts = tried.filter((_one, at) => kinds.indexOf(kinds[at]) === at);
const others = tried.filter(one => !firsts.includes(one));
const cases = [...firsts, ...sample(others, 2)];

test('most steps of IAM are tried', () => {
  expect(tried.length).toBeGreaterThan(10);
  expect(new Set(cases.flatMap(({ steps }) => steps.map(({ change }) => change.kind))).size).toBe(4);
});

/** The way back is gone once for each kind of change. */
const undone = new Set<string>();

describe('a step, run against moto: found as it was audited, left as it says, and undone', () => {
  test.each(cases)('$id', async one => {
    await prepare(one);
    for (const step of one.steps) {
      const { kind } = step.change;
      const isFirst = !undone.has(kind) && one.steps.length === 1;
      const before = isFirst ? await stateOf(step) : undefined;
      if (before) expect([kind, isAsAudited(step.change, before)]).toEqual([kind, true]);
      for (const command of posixCommands([step])) await run('sh', ['-c', command], { env, timeout: 240_000 });
      expect([kind, isAsWritten(step.change, await stateOf(step))]).toEqual([kind, true]);
      if (before === undefined) continue;
      undone.add(kind);
      for (const command of posixCommands((undoOf(step.change, before) ?? []).map(one => act(one))))
        await run('sh', ['-c', command], { env, timeout: 240_000 });
      expect(await stateOf(step)).toEqual(before);
    }
  });
});

test('a command for another account is not run', async () => {
  const [step] = catalog
    .flatMap(rule => evaluate(examplesOf(rule).fail.facts(), { rules: [rule] }).findings)
    .flatMap(({ fix }) => (fix.steps ?? []).filter(({ change }) => change?.kind === 'trust-policy'));
  if (step === undefined) throw new Error('no step sets a trust policy');
  const { status } = spawnSync('sh', ['-c', posixCommands([step])[0] ?? ''], { env, encoding: 'utf8' });
  expect(status).toBe(1);
});
