import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { carryOut, readStates, runStep, Stopped, type Workbench } from '../../../lib/cli/fix/carry-out.ts';
import { journalVersion, openJournal, parseJournal } from '../../../lib/cli/fix/journal.ts';
import type { RunTool } from '../../../lib/cli/fix/run-tool.ts';
import { undoJournal } from '../../../lib/cli/fix/undo-journal.ts';
import {
  addAudience,
  createProvider,
  deleteProvider,
  removeAudience,
  setThumbprints,
  setTrustPolicy,
} from '../../../lib/fixes/aws-steps.ts';
import { isAsWritten, type State, stateIn } from '../../../lib/fixes/change-table.ts';
import { annotate, restartPods } from '../../../lib/fixes/kubernetes-steps.ts';
import { isAct } from '../../../lib/model/step.ts';
import type { PlannedStep } from '../../../lib/plan/plan.ts';
import { aCluster, aProvider } from '../../support/example-world.ts';
import { journalKey } from '../../support/journal-key.ts';
import { optionIn } from '../../support/step-options.ts';

/** A world behind `aws` and `kubectl`: one account, one service account. Each call is one line of `calls`. */
interface World {
  account: string;
  policies: Record<string, unknown>;
  providers: Record<string, { ClientIDList: string[]; ThumbprintList: string[] }>;
  annotations: Record<string, string>;
  readonly calls: string[];
  /** Called before each write. */
  before: (operation: string) => void;
}

const role = 'arn:aws:iam::111122223333:role/cart';
const provider = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A';
const old = { Version: '2012-10-17', Statement: [{ Sid: 'old' }] };
const wanted = { Version: '2012-10-17', Statement: [{ Sid: 'wanted' }] };

const aWorld = (): World => ({
  account: '111122223333',
  policies: { cart: old },
  providers: {},
  annotations: { k: 'before' },
  calls: [],
  before: () => undefined,
});

const ok = (value: unknown = '') => ({
  code: 0,
  stdout: typeof value === 'string' ? value : JSON.stringify(value),
  stderr: '',
});
const none = { ClientIDList: [''], ThumbprintList: [''] };
const missing = { code: 254, stdout: '', stderr: 'An error occurred (NoSuchEntity) when calling the operation' };

const toolOf =
  (world: World): RunTool =>
  async (tool, args) => {
    const [, operation = ''] = args;
    const arn = optionIn(args, '--open-id-connect-provider-arn') ?? '';
    if (tool === 'kubectl') {
      if (args.includes('get')) return ok({ metadata: { annotations: world.annotations } });
      world.before('annotate');
      world.calls.push('annotate');
      const [key = '', value] = (args.at(-1) ?? '').split('=');
      if (value === undefined) delete world.annotations[key.slice(0, -1)];
      else world.annotations[key] = value;
      return ok();
    }
    if (operation === 'get-caller-identity') return ok(world.account);
    if (operation === 'get-role') return ok(world.policies[optionIn(args, '--role-name') ?? '']);
    if (operation === 'get-open-id-connect-provider') return world.providers[arn] ? ok(world.providers[arn]) : missing;
    world.before(operation);
    world.calls.push(operation);
    if (operation === 'update-assume-role-policy')
      world.policies[optionIn(args, '--role-name') ?? ''] = JSON.parse(optionIn(args, '--policy-document') ?? '');
    else if (operation === 'create-open-id-connect-provider')
      world.providers[provider] = { ClientIDList: ['sts.amazonaws.com'], ThumbprintList: ['a'.repeat(40)] };
    else if (operation === 'delete-open-id-connect-provider') delete world.providers[arn];
    else if (operation === 'add-client-id-to-open-id-connect-provider')
      world.providers[arn]?.ClientIDList.push(optionIn(args, '--client-id') ?? '');
    else if (operation === 'remove-client-id-from-open-id-connect-provider')
      (world.providers[arn] ?? none).ClientIDList = (world.providers[arn] ?? none).ClientIDList.filter(
        one => one !== optionIn(args, '--client-id'),
      );
    else if (operation === 'update-open-id-connect-provider-thumbprint')
      (world.providers[arn] ?? none).ThumbprintList = [optionIn(args, '--thumbprint-list') ?? ''];
    else return { code: 1, stdout: '', stderr: `no ${operation}` };
    return ok();
  };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-fix-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bench = (world: World, over: Partial<Workbench> = {}): Workbench => ({
  run: toolOf(world),
  options: {},
  contexts: [{ name: 'prod', server: cluster.endpoint ?? '' }],
  now: () => '2026-11-01T06:00:00.000Z',
  confirm: async () => true,
  say: () => undefined,
  pause: async () => undefined,
  ...over,
});

const cluster = aCluster({ context: 'prod' });
const account = { namespace: 'checkout', name: 'cart', annotations: { k: 'before' } };
const steps: readonly PlannedStep[] = [
  createProvider(provider, ['sts.amazonaws.com']),
  setTrustPolicy(role, JSON.stringify(old), wanted),
  annotate(cluster, account, 'k', 'after'),
].map(step => ({ ...step, findingIds: ['a'] }));

const path = () => join(folder, 'j');
const apply = async (world: World, over: Partial<Workbench> = {}, plan = steps) => {
  const journal = openJournal(path(), 'new', journalKey);
  const all = bench(world, over);
  try {
    journal.write({ event: 'plan', at: all.now(), version: 1, steps: plan.length, from: 'a scan', findings: [] });
    return await carryOut(plan, await readStates(plan, all), journal, all);
  } finally {
    journal.close();
  }
};
const undo = async (world: World, over: Partial<Workbench> = {}) => {
  const { entries } = parseJournal(readFileSync(path(), 'utf8'), 'j', journalKey);
  const journal = openJournal(path(), 'append', journalKey);
  try {
    return await undoJournal(entries, journal, bench(world, over));
  } finally {
    journal.close();
  }
};

describe('a plan that is carried out', () => {
  test('leaves what it says, and undo leaves what was there', async () => {
    const world = aWorld();
    expect(await apply(world)).toBe(3);
    expect(world).toMatchObject({ policies: { cart: wanted }, annotations: { k: 'after' } });
    expect(Object.keys(world.providers)).toEqual([provider]);
    expect(await undo(world)).toEqual({ undone: 3, kept: [] });
    expect(world).toMatchObject({ policies: { cart: old }, annotations: { k: 'before' }, providers: {} });
    expect(await undo(world)).toEqual({ undone: 0, kept: [] });
  });

  test('writes nothing where a policy was changed since the audit', async () => {
    const world = { ...aWorld(), policies: { cart: { Version: '2012-10-17', Statement: [] } } };
    await expect(apply(world)).rejects.toThrow('changed since the audit');
    expect(world.calls).toEqual([]);
  });

  test('stops where a policy is changed between the first read and its step', async () => {
    const world = aWorld();
    world.before = operation => {
      if (operation === 'create-open-id-connect-provider') world.policies.cart = { Statement: ['by somebody else'] };
    };
    await expect(apply(world)).rejects.toThrow('step 2 is not run: what it writes was changed meanwhile');
    expect(world.calls).toEqual(['create-open-id-connect-provider']);
    expect(world.policies.cart).toEqual({ Statement: ['by somebody else'] });
  });

  test('writes nothing with the credentials of another account', async () => {
    const world = { ...aWorld(), account: '999988887777' };
    await expect(apply(world)).rejects.toThrow('the credentials are of account 999988887777');
    expect(world.calls).toEqual([]);
  });

  test.each([
    ['an account that is not told', '', 'the credentials are of account , and'],
    ['a part of the account', '1111', 'the credentials are of account 1111, and'],
  ])('writes nothing with credentials of %s', async (_, told, why) => {
    const world = { ...aWorld(), account: told };
    await expect(apply(world)).rejects.toThrow(why);
    expect(world.calls).toEqual([]);
  });

  test('writes nothing where a later step is for another account', async () => {
    const world = aWorld();
    const foreign = setTrustPolicy(role.replace('111122223333', '444455556666'), JSON.stringify(old), wanted);
    const plan = [...steps, { ...foreign, findingIds: ['a'] }];
    await expect(apply(world, {}, plan)).rejects.toThrow('and the plan is for 444455556666');
    expect(world.calls).toEqual([]);
  });

  test('knows of a step whose answer was lost that it was written', async () => {
    const world = aWorld();
    const run = toolOf(world);
    const lossy: RunTool = async (tool, args, input) => {
      const answer = await run(tool, args, input);
      return args[1] === 'update-assume-role-policy' ? { code: 255, stdout: '', stderr: 'connection reset' } : answer;
    };
    await expect(apply(world, { run: lossy })).rejects.toThrow('connection reset');
    expect(parseJournal(readFileSync(path(), 'utf8'), 'j', journalKey).entries.at(-1)).toMatchObject({
      ...{ event: 'failed', number: 2, isWritten: true },
    });
    expect(await undo(world)).toEqual({ undone: 2, kept: [] });
  });

  test('stops where the account of the credentials changes in between', async () => {
    const world = aWorld();
    world.before = () => {
      world.account = '999988887777';
    };
    await expect(apply(world)).rejects.toThrow('999988887777');
    expect(world.calls).toEqual(['create-open-id-connect-provider']);
  });

  test('is undone only with credentials of the account that it was for', async () => {
    const world = aWorld();
    await apply(world, {}, steps.slice(0, 2));
    const written = world.calls.length;
    world.account = '999988887777';
    await expect(undo(world)).rejects.toThrow('the credentials are of account 999988887777');
    expect(world.calls).toHaveLength(written);
    expect(world.policies.cart).toEqual(wanted);
  });

  test('runs nothing after a step that was declined', async () => {
    const world = aWorld();
    await expect(apply(world, { confirm: async number => number < 2 })).rejects.toThrow('step 2 was declined');
    expect(world.calls).toEqual(['create-open-id-connect-provider']);
  });

  test('says what the tool said where a step fails, and keeps it in the journal', async () => {
    const world = aWorld();
    world.before = operation => {
      if (operation === 'update-assume-role-policy') throw new Stopped('aws failed: LimitExceeded');
    };
    await expect(apply(world)).rejects.toThrow('LimitExceeded');
    expect(parseJournal(readFileSync(path(), 'utf8'), 'j', journalKey).entries.at(-1)).toMatchObject({
      event: 'failed',
      number: 2,
    });
    expect(await undo(world)).toEqual({ undone: 1, kept: [] });
    expect(world.providers).toEqual({});
  });

  test('an audience of a provider that the plan creates waits for it', async () => {
    const world = aWorld();
    const plan = [createProvider(provider, ['sts.amazonaws.com']), addAudience(provider, 'vault')].map(step => ({
      ...step,
      findingIds: ['a'],
    }));
    expect(await apply(world, {}, plan)).toBe(2);
    expect(world.providers[provider]?.ClientIDList).toEqual(['sts.amazonaws.com', 'vault']);
  });
});

const [one, other] = ['a'.repeat(40), 'b'.repeat(40)];

describe('several steps that write one provider', () => {
  const there = () => ({ [provider]: { ClientIDList: ['vault'], ThumbprintList: [one] } });
  const plan = [
    setThumbprints(provider, [one], [other]),
    removeAudience(provider, 'vault'),
    addAudience(provider, 'sts.amazonaws.com'),
  ].map(step => ({ ...step, findingIds: ['a'] }));

  test('are all carried out, and undone', async () => {
    const world = { ...aWorld(), providers: there() };
    expect(await apply(world, {}, plan)).toBe(3);
    expect(world.providers[provider]).toEqual({ ClientIDList: ['sts.amazonaws.com'], ThumbprintList: [other] });
    expect(await undo(world)).toEqual({ undone: 3, kept: [] });
    expect(world.providers).toEqual(there());
  });

  test('stop where somebody else changes it in between', async () => {
    const world = { ...aWorld(), providers: there() };
    const confirm = async (number: number): Promise<boolean> => {
      if (number === 2) world.providers[provider]?.ClientIDList.push('by somebody else');
      return true;
    };
    await expect(apply(world, { confirm }, plan)).rejects.toThrow('step 2 is not run: what it writes was changed');
    expect(world.calls).toEqual(['update-open-id-connect-provider-thumbprint']);
  });
});

describe('a plan that is carried out a second time', () => {
  test('writes nothing, and leaves no journal', async () => {
    const world = aWorld();
    await apply(world);
    rmSync(path());
    const calls = [...world.calls];
    expect(await apply(world)).toBe(0);
    expect(world.calls).toEqual(calls);
    expect(existsSync(path())).toBe(false);
  });

  test('goes on where the first was broken off', async () => {
    const world = aWorld();
    await expect(apply(world, { confirm: async number => number < 3 })).rejects.toThrow('step 3 was declined');
    rmSync(path());
    expect(await apply(world)).toBe(1);
    expect(world.annotations).toEqual({ k: 'after' });
  });

  test('takes no provider for its own that has other audiences', async () => {
    const world = aWorld();
    world.providers[provider] = { ClientIDList: ['vault'], ThumbprintList: [one] };
    await expect(apply(world)).rejects.toThrow('step 1 is not run: what it writes was changed since the audit');
    expect(world.calls).toEqual([]);
  });
});

test('a state that cannot be read after its write is done all the same, and undone', async () => {
  const world = aWorld();
  const run = toolOf(world);
  const broken: RunTool = async (tool, args, input) =>
    tool === 'aws' && world.calls.length > 0 && args[1] === 'get-open-id-connect-provider'
      ? { code: 255, stdout: '', stderr: 'no network' }
      : run(tool, args, input);
  const [first] = steps;
  expect(await apply(world, { run: broken }, first === undefined ? [] : [first])).toBe(1);
  const { entries } = parseJournal(readFileSync(path(), 'utf8'), 'j', journalKey);
  expect(entries.at(-1)).toEqual({ event: 'done', at: bench(world).now(), number: 1 });
  expect(await undo(world)).toEqual({ undone: 1, kept: [] });
});

describe('undo', () => {
  test('that was broken off after its write goes on', async () => {
    const world = aWorld();
    await apply(world);
    world.annotations.k = 'before';
    expect(await undo(world)).toEqual({ undone: 2, kept: [] });
    expect(world).toMatchObject({ policies: { cart: old }, providers: {} });
  });

  test('goes back last step first', async () => {
    const world = aWorld();
    await apply(world);
    world.calls.length = 0;
    await undo(world);
    expect(world.calls).toEqual(['annotate', 'update-assume-role-policy', 'delete-open-id-connect-provider']);
  });

  test('stops at a step that is declined, and goes on there the next time', async () => {
    const world = aWorld();
    await apply(world);
    const confirm = async (number: number): Promise<boolean> => number === 3;
    await expect(undo(world, { confirm })).rejects.toThrow('undoing step 2 was declined');
    expect(world).toMatchObject({ policies: { cart: wanted }, annotations: { k: 'before' } });
    expect(await undo(world)).toEqual({ undone: 2, kept: [] });
  });

  test('goes back once: who sets again what was undone keeps it', async () => {
    const world = aWorld();
    await apply(world);
    await undo(world);
    world.policies.cart = wanted;
    expect(await undo(world)).toEqual({ undone: 0, kept: [] });
    expect(world.policies.cart).toEqual(wanted);
  });

  test.each([
    ['nobody knows what was there before', {}, undefined],
    ['the journal holds a state that fix does not write', { audiences: ['a b'], thumbprints: ['no'] }, true],
  ])('keeps a step of which %s', async (_, was, isThere) => {
    const world = aWorld();
    const at = '2026-11-01T06:00:00.000Z';
    const before: State = isThere ? { kind: 'there', text: JSON.stringify(was) } : { kind: 'absent' };
    const journal = openJournal(path(), 'new', journalKey);
    journal.write({ event: 'plan', at, version: 1, steps: 1, from: 'a scan', findings: [] });
    journal.write({
      event: 'begin',
      at,
      number: 1,
      change: deleteProvider(aProvider({ arn: provider })).change,
      before,
    });
    journal.write({ event: 'done', at, number: 1, after: { kind: 'absent' } });
    journal.close();
    expect(await undo(world)).toEqual({
      undone: 0,
      kept: ['step 1: cannot be undone: what was there before it is not known'],
    });
    expect(world.calls).toEqual([]);
  });

  test('overwrites nothing that somebody else changed since', async () => {
    const world = aWorld();
    await apply(world);
    world.policies.cart = { Statement: ['by somebody else'] };
    await expect(undo(world)).rejects.toThrow('step 2 is not undone: what it wrote was changed since');
    expect(world.policies.cart).toEqual({ Statement: ['by somebody else'] });
  });

  test.each([
    ['before its write', false],
    ['after its write', true],
  ])('of a step that was broken off %s', async (_, isWritten) => {
    const world = aWorld();
    await apply(world);
    const lines = readFileSync(path(), 'utf8').split('\n');
    const broken = lines.findIndex(line => line.includes('"done"') && line.includes('"number":2'));
    writeFileSync(path(), `${lines.slice(0, broken).join('\n')}\n`);
    world.annotations.k = 'before';
    if (!isWritten) world.policies.cart = old;
    expect(await undo(world)).toEqual({ undone: isWritten ? 2 : 1, kept: [] });
    expect(world).toMatchObject({ policies: { cart: old }, providers: {} });
  });

  test('needs a journal', () => {
    expect(() => parseJournal('{"findings":[]}\n', 'x.json', journalKey)).toThrow('x.json is no journal of fix');
    expect(() => parseJournal('', 'x.json', journalKey)).toThrow('x.json is no journal of fix');
  });
});

test('a last line that is cut off is said, and what is undone is written behind whole lines', async () => {
  const world = aWorld();
  await apply(world);
  const text = readFileSync(path(), 'utf8');
  const cut = text.slice(0, text.lastIndexOf('"begin"'));
  writeFileSync(path(), cut);
  const { entries, isCut } = parseJournal(cut, 'j', journalKey);
  expect([isCut, entries.length]).toEqual([true, cut.split('\n').length - 1]);
  const journal = openJournal(path(), 'whole-lines', journalKey);
  await undoJournal(entries, journal, bench(world));
  journal.close();
  const again = parseJournal(readFileSync(path(), 'utf8'), 'j', journalKey);
  expect([again.isCut, again.entries.at(-1)?.event]).toEqual([false, 'undone']);
});

test('a condition of a command that cannot be asked stops the step: nobody knows whether it was to run', async () => {
  const pods = [{ name: 'cart-1', createdAt: '2026-11-01T05:00:00Z' }];
  const [step] = restartPods({ cluster, namespace: 'checkout' }, { kind: 'ReplicaSet', name: 'cart', pods }).steps;
  if (step === undefined || !isAct(step)) throw new Error('no step');
  const calls: string[] = [];
  const run: RunTool = async (_tool, args) => {
    calls.push(args.includes('get') ? 'get' : 'evict');
    return { code: 1, stdout: '', stderr: 'pods "cart-1" is forbidden' };
  };
  await expect(runStep(step, bench(aWorld(), { run }))).rejects.toThrow('is forbidden');
  expect(calls).toEqual(['get']);
});

test('a command whose condition does not hold is not run', async () => {
  const pods = [{ name: 'cart-1', createdAt: '2026-11-01T05:00:00Z' }];
  const [step] = restartPods({ cluster, namespace: 'checkout' }, { kind: 'ReplicaSet', name: 'cart', pods }).steps;
  if (step === undefined || !isAct(step)) throw new Error('no step');
  const calls: string[] = [];
  const run: RunTool = async (_tool, args) => {
    calls.push(args.includes('get') ? 'get' : 'evict');
    return ok('2026-11-01T09:00:00Z');
  };
  await runStep(step, bench(aWorld(), { run }));
  expect(calls).toEqual(['get']);
});

test('an annotation that is to go is gone where there is none, and only there', () => {
  const { change } = annotate(cluster, account, 'k', 'after');
  if (change.kind !== 'annotation') throw new Error('no annotation');
  const { after: _, ...removal } = change;
  const goneIn = (annotations: object) =>
    isAsWritten(removal, stateIn(removal, JSON.stringify({ metadata: { annotations } })));
  expect([goneIn({}), goneIn({ k: 'before' })]).toEqual([true, false]);
});

const firstChange = createProvider(provider, ['sts.amazonaws.com']).change;

test('a journal has no command to a log and no direction mark in it, and is read as it was written', () => {
  const why = '\u202e##[error]x ##vso[task.x]y\n::add-mask::z \u009b31m';
  const journal = openJournal(path(), 'new', journalKey);
  journal.write({ event: 'plan', at: '2026-11-01T06:00:00.000Z', version: 1, steps: 1, from: 'a scan', findings: [] });
  journal.write({ event: 'begin', at: '2026-11-01T06:00:00.000Z', number: 1, change: firstChange });
  journal.write({ event: 'failed', at: '2026-11-01T06:00:00.000Z', number: 1, why });
  journal.close();
  const text = readFileSync(path(), 'utf8');
  expect(text).not.toMatch(/##\[|##vso\[|::add-mask|\p{Cf}|[\u007f-\u009f]/u);
  expect(parseJournal(text, 'j', journalKey).entries.at(-1)).toMatchObject({ why });
});

test('a journal is read and written by its owner alone, whatever the umask: policies stand in it', () => {
  const before = process.umask(0);
  try {
    openJournal(path(), 'append', journalKey).close();
  } finally {
    process.umask(before);
  }
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test('a place that cannot keep a line on its disk is no place for a journal: no step begins', () => {
  const journal = openJournal('/dev/null', 'append', journalKey);
  expect(() =>
    journal.write({ event: 'begin', at: '2026-11-01T06:00:00.000Z', number: 1, change: firstChange }),
  ).toThrow('fsync');
  journal.close();
});

test('a journal that exists is not overwritten', () => {
  writeFileSync(path(), 'mine');
  expect(() => openJournal(path(), 'new', journalKey)).toThrow('is there already: name another one with --journal');
  expect(readFileSync(path(), 'utf8')).toBe('mine');
});

test('a journal of a newer version is refused with both versions', () => {
  const first = { event: 'plan', at: '2026-11-25T06:00:00.000Z', version: journalVersion + 1, steps: 'of tomorrow' };
  expect(() => parseJournal(`${JSON.stringify(first)}\n`, 'j.jsonl', journalKey)).toThrow(
    `j.jsonl has version ${journalVersion + 1}, wanted ${journalVersion}: a newer version of irsa-auditor wrote it`,
  );
});

describe('a journal that was changed after fix wrote it', () => {
  const changed = async (edit: (lines: string[]) => readonly string[]): Promise<string> => {
    await apply(aWorld());
    return edit(readFileSync(path(), 'utf8').trim().split('\n')).join('\n');
  };

  test.each<[string, (lines: string[]) => readonly string[]]>([
    ['a value', lines => lines.map(line => line.replace('"sts.amazonaws.com"', '"evil"'))],
    ['a line that was taken away', lines => lines.toSpliced(2, 1)],
    ['a line that was added', lines => lines.toSpliced(2, 0, lines[1] ?? '')],
    ['lines without links', lines => lines.map(line => line.replace(/,"link":"[0-9a-f]+"/, ''))],
  ])('is not taken as one of this user: %s', async (_, edit) => {
    const text = `${await changed(edit)}\n`;
    expect(parseJournal(text, 'j', journalKey).isOwn).toBe(false);
  });
});

describe('kubectl goes to the cluster that was audited', () => {
  const planned = steps.slice(2);

  test.each([
    ['another server', [{ name: 'prod', server: 'https://other.example' }], 'no context of the kubeconfig points at'],
    ['no context', [], 'no context of the kubeconfig points at cluster shop'],
  ])('with %s nothing is written', async (_, contexts, why) => {
    const world = aWorld();
    await expect(apply(world, { contexts }, planned)).rejects.toThrow(why);
    expect(world.calls).toEqual([]);
  });

  test('another certificate authority is another cluster, whatever the address', async () => {
    const world = aWorld();
    const place = aCluster({ context: 'prod', certificateAuthority: 'LS0t' });
    const plan = [{ ...annotate(place, account, 'k', 'after'), findingIds: ['a'] }];
    const contexts = [{ name: 'prod', server: place.endpoint ?? '', authority: '0'.repeat(64) }];
    await expect(apply(world, { contexts }, plan)).rejects.toThrow('no context of the kubeconfig');
    expect(world.calls).toEqual([]);
  });

  test('a cluster whose authority alone is known is found by it', async () => {
    const world = aWorld();
    const { endpoint: _, ...place } = aCluster({ context: 'prod', certificateAuthority: 'LS0t' });
    const plan = [{ ...annotate(place, account, 'k', 'after'), findingIds: ['a'] }];
    await expect(apply(world, {}, plan)).rejects.toThrow(/cluster shop \(by its certificate authority\)/);
    expect(world.calls).toEqual([]);
  });

  test('a cluster whose server is not known gets no step', async () => {
    const world = aWorld();
    const { endpoint: _, ...place } = aCluster({ context: 'prod' });
    const plan = [{ ...annotate(place, account, 'k', 'after'), findingIds: ['a'] }];
    await expect(apply(world, {}, plan)).rejects.toThrow('the address of the API server of cluster shop is not known');
    expect(world.calls).toEqual([]);
  });
});
