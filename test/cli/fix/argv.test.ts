import { expect, test } from '@jest/globals';
import { findingShape } from '../../../lib/audit/finding-shape.ts';
import { carryOut, readStates, Stopped, type Workbench } from '../../../lib/cli/fix/carry-out.ts';
import type { Journal } from '../../../lib/cli/fix/journal.ts';
import type { ToolRun } from '../../../lib/cli/fix/run-tool.ts';
import { contextOfCluster } from '../../../lib/cli/kubeconfig/cluster-context.ts';
import { conditionsOf, readOf } from '../../../lib/fixes/change-table.ts';
import { type Command, wordsOf } from '../../../lib/fixes/command.ts';
import { whoAmI } from '../../../lib/fixes/render-step.ts';
import { commandsOf, targetOfStep } from '../../../lib/fixes/step.ts';
import { type Act, type Change, isAct } from '../../../lib/model/step.ts';
import type { PlannedStep } from '../../../lib/plan/plan.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { given } from '../../../lib/text/given.ts';
import { fc } from '../../support/properties.ts';
import { examplesOf } from '../../support/rule-examples.ts';

/** Whatever stands in a stored finding: fix starts the programs that the table of changes makes of its changes, word for word,
 *  for the account and the cluster that were audited, and no other. */

const account = '111122223333';
const server = 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com';
const context = { name: 'prod', server };
const contexts = [context];
const options = { contextOf: (cluster: Parameters<typeof contextOfCluster>[1]) => contextOfCluster(contexts, cluster) };

/** The stored findings of the catalogue's examples. */
const examples = catalog.flatMap(rule =>
  evaluate(examplesOf(rule).fail.facts(), { rules: [rule] })
    .findings.filter(({ fix }) => fix.steps?.some(({ change }) => change !== undefined))
    .map((finding): unknown => JSON.parse(JSON.stringify(finding))),
);

type Loose = Record<string, unknown> & { fix: { steps: readonly unknown[] } };

const pods = ['cart-0', 'cart-1'].map(name => ({ name, createdAt: '2026-06-01T00:00:00Z' }));
/** Steps of several commands, of which no example has one. */
const restarts: readonly Change[] = ['statefulset/cart', 'replicationcontroller/cart'].map(workload => ({
  kind: 'pods-restarted',
  cluster: { name: 'shop', server },
  namespace: 'checkout',
  workload,
  pods,
}));
const stored: readonly unknown[] = [
  ...examples,
  ...restarts.flatMap(change =>
    examples.slice(0, 8).map(one => ({ ...(one as Loose), fix: { ...(one as Loose).fix, steps: [{ change }] } })),
  ),
];

const hostile = fc.oneof(
  fc.constantFrom(
    ...['--context=evil', '--server=https://evil.example', '--kubeconfig=/tmp/x', '-f', '--', '', ' ', '$(id)', '`id`'],
    ...["'; id; '", 'a\nb', 'a\u0000b', '../../etc', 'file:///etc/passwd', 'https://evil.example', 'x'.repeat(5000)],
    ...['arn:aws:iam::999988887777:role/x', 'arn:aws:eks:eu-west-1:999988887777:cluster/x', 'kube-system', 'cart'],
    ...['deployment/-x', 'deployment/../x', 'statefulset/$(id)', 'replicaset/a b', 'pod/x', 'rollout/'],
  ),
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.constant(null),
  fc.array(fc.constantFrom('--all', 'x', '-'), { maxLength: 3 }),
);

/** Puts a value at a place of a document, by the number of its leaf. */
const withLeaf = (value: unknown, place: number, put: unknown): unknown => {
  let at = -1;
  const walk = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one === 'object' && one !== null)
      return Object.fromEntries(Object.entries(one).map(([key, each]) => [key, walk(each)]));
    at += 1;
    return at === place ? put : one;
  };
  return walk(value);
};

/** A stored finding whose steps have strange values, and fields that no step has; some are of another account or server. */
const tampered = fc
  .record({
    finding: fc.constantFrom(...stored),
    edits: fc.array(fc.tuple(fc.oneof(fc.nat(8), fc.nat(40)), hostile), { maxLength: 3 }),
    tool: fc.constantFrom('curl', 'sh', 'kubectl'),
    args: fc.array(fc.string(), { maxLength: 3 }),
    moved: fc.constantFrom('', '', '', account, 'ABCDEF0123456789'),
  })
  .map(({ finding, edits, tool, args, moved }): unknown => {
    const text = JSON.stringify(finding);
    const one = JSON.parse(moved === '' ? text : text.replaceAll(moved, moved.replace(/^.{4}/, '9999'))) as Loose;
    const steps = edits.reduce<unknown>((now, [place, put]) => withLeaf(now, place, put), one.fix.steps);
    const more = Array.isArray(steps)
      ? steps.map(step => ({
          ...(step as object),
          tool,
          args,
          input: 'x',
          command: `${tool} x`,
          target: { accountId: '1' },
        }))
      : steps;
    return { ...one, fix: { ...one.fix, steps: more, commands: [`${tool} evil`] } };
  });

/** The answer to the read of a change that is still as it was audited; empty where the object is absent then. */
const answerOf = (change: Change): string => {
  switch (change.kind) {
    case 'trust-policy':
      return JSON.stringify(change.before);
    case 'annotation':
      return JSON.stringify({ metadata: { annotations: { [change.key]: change.before } } });
    case 'label':
      return JSON.stringify({ metadata: { labels: { [change.key]: change.before } } });
    case 'thumbprints':
      return JSON.stringify({ ClientIDList: [], ThumbprintList: change.before });
    case 'audience-removed':
      return JSON.stringify({ ClientIDList: [change.audience], ThumbprintList: [] });
    case 'audience-added':
    case 'pods-restarted':
      return JSON.stringify({ ClientIDList: [] });
    case 'addon-role':
      return JSON.stringify(change.before ?? null);
    default:
      return '';
  }
};

/** A call of a program: its words, then its standard input. */
type Call = readonly [words: readonly string[], input: string];
const callOf = ({ tool, args, cluster, input = '' }: Command): Call => [
  [tool, ...wordsOf({ tool, ...given({ cluster }) }, args, options)],
  input,
];
const textOf = (call: Call): string => JSON.stringify(call);

const onlyIfOf = (steps: readonly Act[]) =>
  steps.flatMap(commandsOf).flatMap(command =>
    (command.onlyIf ?? []).map(({ args, prints }) => {
      const { input: _, ...rest } = command;
      return { call: callOf({ ...rest, args }), prints };
    }),
  );

/** `hold`: the answer to each condition of a command is the one that it wants. */
const bench = (calls: Call[], steps: readonly Act[], hold: boolean): Workbench => ({
  run: async (tool, args, input = ''): Promise<ToolRun> => {
    const call: Call = [[tool, ...args], input];
    calls.push(call);
    const text = args.join(' ');
    if (text.includes('get-caller-identity')) return { code: 0, stdout: account, stderr: '' };
    if (text.includes('auth can-i')) return { code: 0, stdout: 'yes', stderr: '' };
    if (text.includes('spec.paused')) return { code: 0, stdout: '.', stderr: '' };
    const condition = onlyIfOf(steps).find(one => textOf(one.call) === textOf(call));
    if (condition !== undefined) return { code: 0, stdout: hold ? condition.prints : 'other', stderr: '' };
    const asked = steps.find(({ change }) => {
      const read = readOf(change);
      return read !== undefined && textOf(callOf(read)) === textOf(call);
    });
    return { code: 0, stdout: asked === undefined ? '' : answerOf(asked.change), stderr: '' };
  },
  options,
  contexts,
  now: () => '2026-11-01T06:00:00Z',
  confirm: async () => true,
  say: () => undefined,
  pause: async () => undefined,
});

const stepsOf = (value: unknown): readonly PlannedStep[] => {
  const parsed = findingShape.safeParse(value);
  if (!parsed.success) return [];
  const { id, fix } = parsed.data;
  return (fix.steps ?? []).filter(isAct).map(step => ({ ...step, findingIds: [id] }));
};

/** The calls that fix makes of steps, and the numbers of the steps that it began. */
const callsOf = async (steps: readonly PlannedStep[], hold: boolean) => {
  const calls: Call[] = [];
  const begun: number[] = [];
  const journal: Journal = {
    path: 'x',
    write: line => {
      if (line.event === 'begin') begun.push(line.number);
    },
    close: () => undefined,
  };
  const running = bench(calls, steps, hold);
  try {
    await carryOut(steps, await readStates(steps, running), journal, running);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return { calls, begun };
};

/** The calls that look: who calls, the states, the conditions. */
const looksOf = (steps: readonly PlannedStep[]): readonly Call[] => [
  ...steps.flatMap(({ change }) => readOf(change) ?? []).map(callOf),
  ...steps.flatMap(({ change }) => conditionsOf(change).map(({ command }) => callOf(command))),
  ...onlyIfOf(steps).map(({ call }) => call),
  ...steps.map((step): Call => [['aws', ...whoAmI(targetOfStep(step).region)], '']),
];

/** Words that no property of the table of changes can prove: which program, which server, which words are options. */
const expectPlainWords = ([tool = '', ...args]: readonly string[]): void => {
  expect(['aws', 'kubectl']).toContain(tool);
  if (tool === 'kubectl') expect(args.slice(0, 2)).toEqual(['--context', context.name]);
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  expect(before.filter(word => /^--(?:context|server|kubeconfig)(?:=|$)/.test(word))).toEqual(
    tool === 'kubectl' ? ['--context'] : [],
  );
  const at = args.indexOf('--namespace');
  expect(tool === 'kubectl' && at >= 0 ? args[at + 1] : 'x').toMatch(/^[a-z0-9-]+$/);
  expect(args.filter(word => word.startsWith('--namespace='))).toEqual([]);
  if (end >= 0) expect(args[end + 1]).toMatch(/^(?:pods$|[a-z.]+\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$)/);
  if (end >= 0) expect(args.slice(end + 1).filter(word => word.startsWith('-'))).toEqual([]);
  const [raw] = args.filter(word => word.startsWith('/api'));
  if (raw !== undefined) expect(raw).toMatch(/^\/api\/v1\/namespaces\/[a-z0-9-]+\/pods\/[a-z0-9.-]+\/eviction$/);
  for (const word of args) expect(word).not.toMatch(/\u0000/);
};

/** True for a step that goes to the account, or the server, that was audited. */
const isOfAudit = (step: PlannedStep): boolean =>
  commandsOf(step).every(({ tool, cluster }) =>
    tool === 'aws'
      ? targetOfStep(step).accountId === account
      : URL.parse(cluster?.server ?? '')?.origin === auditedOrigin,
  );
const auditedOrigin = new URL(server).origin;

test('the programs that fix starts are those of the table of changes, for the audited account and cluster', async () => {
  const written = { aws: 0, kubectl: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(tampered, fc.boolean(), async (value, hold) => {
      const steps = stepsOf(value);
      const { calls, begun } = await callsOf(steps, hold);
      const looks = new Set(looksOf(steps).map(textOf));
      const writes = calls.filter(call => !looks.has(textOf(call)));
      // Neither less nor more than the commands of the steps that were begun, in their order, with their standard input.
      const made = begun.flatMap(number => commandsOf(steps[number - 1] as PlannedStep));
      expect(writes).toEqual(made.filter(({ onlyIf = [] }) => hold || onlyIf.length === 0).map(callOf));
      for (const [words] of calls) expectPlainWords(words);
      if (!steps.every(isOfAudit)) {
        written.refused += 1;
        expect(writes).toEqual([]);
      }
      for (const [[tool]] of writes) written[tool === 'aws' ? 'aws' : 'kubectl'] += 1;
    }),
    { numRuns: 300 },
  );
  for (const count of Object.values(written)) expect(count).toBeGreaterThan(10);
}, 120_000);
