import { expect, test } from '@jest/globals';
import { findingShape } from '../../../lib/audit/finding-shape.ts';
import { carryOut, readStates, Stopped, type Workbench } from '../../../lib/cli/fix/carry-out.ts';
import type { ToolRun } from '../../../lib/cli/fix/run-tool.ts';
import { contextOfCluster } from '../../../lib/cli/kubeconfig/cluster-context.ts';
import { conditionsOf, readOf } from '../../../lib/fixes/change-table.ts';
import { wordsOf } from '../../../lib/fixes/command.ts';
import { whoAmI } from '../../../lib/fixes/render-step.ts';
import { commandsOf, targetOfStep } from '../../../lib/fixes/step.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { type Act, type Change, isAct } from '../../../lib/model/step.ts';
import type { PlannedStep } from '../../../lib/plan/plan.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
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
const stored: readonly unknown[] = catalog.flatMap(rule =>
  evaluate(examplesOf(rule).fail.facts(), { rules: [rule] })
    .findings.filter(({ fix }) => fix.steps?.some(({ change }) => change !== undefined))
    .map((finding): unknown => JSON.parse(JSON.stringify(finding))),
);

const hostile = fc.oneof(
  fc.constantFrom(
    ...['--context=evil', '--server=https://evil.example', '--kubeconfig=/tmp/x', '-f', '--', '', ' ', '$(id)', '`id`'],
    ...["'; id; '", 'a\nb', 'a\u0000b', '../../etc', 'file:///etc/passwd', 'https://evil.example', 'x'.repeat(5000)],
    ...['arn:aws:iam::999988887777:role/x', 'arn:aws:eks:eu-west-1:999988887777:cluster/x', 'kube-system', 'cart'],
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

type Loose = Record<string, unknown> & { fix: { steps: readonly unknown[] } };

/** A stored finding whose steps have strange values, and fields that no step has. */
const tampered = fc
  .record({
    finding: fc.constantFrom(...stored),
    edits: fc.array(fc.tuple(fc.nat(40), hostile), { maxLength: 3 }),
    tool: fc.constantFrom('curl', 'sh', 'kubectl'),
    args: fc.array(fc.string(), { maxLength: 3 }),
  })
  .map(({ finding, edits, tool, args }): unknown => {
    const one = finding as Loose;
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

const bench = (calls: string[][], steps: readonly Act[]): Workbench => ({
  run: async (tool, args): Promise<ToolRun> => {
    calls.push([tool, ...args]);
    const text = args.join(' ');
    if (text.includes('get-caller-identity')) return { code: 0, stdout: account, stderr: '' };
    if (text.includes('auth can-i')) return { code: 0, stdout: 'yes', stderr: '' };
    if (text.includes('spec.paused')) return { code: 0, stdout: '.', stderr: '' };
    const asked = steps.find(({ change }) => {
      const read = readOf(change);
      return read !== undefined && JSON.stringify(wordsOf(read, read.args, options)) === JSON.stringify(args);
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

const journal = { path: 'x', write: () => undefined, close: () => undefined };

const findingOf = (value: unknown): Finding | undefined => {
  const parsed = findingShape.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};

test('the programs that fix starts are those of the table of changes, for the audited account and cluster', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(tampered, async value => {
      const finding = findingOf(value);
      if (finding === undefined) return;
      const steps: readonly PlannedStep[] = (finding.fix.steps ?? [])
        .filter(isAct)
        .map(step => ({ ...step, findingIds: [finding.id] }));
      const calls: string[][] = [];
      const running = bench(calls, steps);
      try {
        const states = await readStates(steps, running);
        await carryOut(steps, states, journal, running);
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
      }
      const made = steps.flatMap(step => {
        const read = readOf(step.change);
        const commands = [
          ...(read === undefined ? [] : [read]),
          ...conditionsOf(step.change).map(({ command }) => command),
          ...commandsOf(step).flatMap(command => [
            command,
            ...(command.onlyIf ?? []).map(({ args }) => ({ ...command, args })),
          ]),
        ];
        return [
          ['aws', ...whoAmI(targetOfStep(step).region)],
          ...commands.map(command => [command.tool, ...wordsOf(command, command.args, options)]),
        ];
      });
      const allowed = new Set(made.map(words => JSON.stringify(words)));
      expect(calls.filter(words => !allowed.has(JSON.stringify(words)))).toEqual([]);
      const writes = new Set(
        steps.flatMap(step =>
          commandsOf(step).map(command => JSON.stringify([command.tool, ...wordsOf(command, command.args, options)])),
        ),
      );
      written += calls.filter(words => writes.has(JSON.stringify(words))).length;
      for (const [tool = '', ...args] of calls) {
        expect(['aws', 'kubectl']).toContain(tool);
        if (tool === 'kubectl') expect(args.slice(0, 2)).toEqual(['--context', context.name]);
        const [options_, positional] = [
          args.indexOf('--') < 0 ? args : args.slice(0, args.indexOf('--')),
          args.indexOf('--'),
        ];
        expect(options_.filter(word => /^--(?:context|server|kubeconfig)(?:=|$)/.test(word))).toEqual(
          tool === 'kubectl' ? ['--context'] : [],
        );
        if (positional >= 0) expect(args.slice(positional + 1).filter(word => word.startsWith('-'))).toEqual([]);
        for (const word of args) expect(word).not.toMatch(/\u0000/);
      }
      // A change for another account starts reads alone, and the question who calls.
      const accounts = steps.map(step => targetOfStep(step).accountId);
      if (
        accounts.some(one => one !== undefined && one !== account) &&
        steps.every(one => one.change.kind === 'trust-policy')
      )
        expect(calls.filter(words => !words.includes('get-caller-identity'))).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(written).toBeGreaterThan(50);
}, 120_000);
