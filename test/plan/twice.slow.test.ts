import { expect, test } from '@jest/globals';
import { carryOut, readStates, type Workbench } from '../../lib/cli/fix/carry-out.ts';
import { choicesFor, meantBy, planOfAudit } from '../../lib/cli/fix/make-plan.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { readOf } from '../../lib/fixes/change-table.ts';
import { type Command, wordsOf } from '../../lib/fixes/command.ts';
import { commandsOf, targetOfStep } from '../../lib/fixes/step.ts';
import type { Act, Change } from '../../lib/model/step.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { faultyWorlds } from '../support/faulty-worlds.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

/** One plan, one state: each step finds what the step before leaves, a report means the plan of a scan, and a second run has
 *  nothing to do. */

const rules = { rules: catalog, overrides: {}, waivers: [] };
const everything = { wants: () => true, isDecided: () => true };

/** The world that the steps write to: of each place the answer to its read. */
const answers = {
  before: (change: Change): unknown => {
    switch (change.kind) {
      case 'trust-policy':
        return JSON.parse(change.before);
      case 'annotation':
        return { metadata: { annotations: change.before === undefined ? {} : { [change.key]: change.before } } };
      case 'thumbprints':
        return { ClientIDList: [], ThumbprintList: change.before };
      case 'audience-removed':
        return { ClientIDList: [change.audience], ThumbprintList: [] };
      case 'audience-added':
        return { ClientIDList: [], ThumbprintList: [] };
      case 'workload-service-account':
        return { spec: { template: { spec: { serviceAccountName: change.before } } } };
      case 'pods-restarted':
        return { spec: { template: {} } };
      default:
        return undefined;
    }
  },
};

interface Answer {
  metadata?: { annotations: Record<string, string> };
  spec?: unknown;
  ClientIDList?: string[];
  ThumbprintList?: readonly string[];
}

/** The answer once a change is written. */
const written = (change: Change, was: Answer | undefined): unknown => {
  switch (change.kind) {
    case 'trust-policy':
      return JSON.parse(change.after);
    case 'annotation': {
      const annotations = { ...was?.metadata?.annotations };
      if (change.after === undefined) delete annotations[change.key];
      else annotations[change.key] = change.after;
      return { metadata: { annotations } };
    }
    case 'service-account-created':
      return { metadata: { annotations: change.annotations } };
    case 'provider-created':
      return { ClientIDList: change.audiences, ThumbprintList: [] };
    case 'thumbprints':
      return { ...was, ThumbprintList: change.after };
    case 'audience-added':
      return { ...was, ClientIDList: [...(was?.ClientIDList ?? []), change.audience] };
    case 'audience-removed':
      return { ...was, ClientIDList: (was?.ClientIDList ?? []).filter(one => one !== change.audience) };
    case 'workload-service-account':
      return { spec: { template: { spec: { serviceAccountName: change.after } } } };
    case 'pods-restarted': {
      const [command] = commandsOf({ change });
      const patch: unknown = JSON.parse(command?.args[command.args.indexOf('--patch') + 1] ?? '{}');
      return patch;
    }
    default:
      throw new Error(`no answer after ${change.kind}`);
  }
};

const asRunOf = (command: Command | undefined): string | undefined =>
  command && JSON.stringify(wordsOf(command, command.args, {}));

const placeOf = (step: Act): string => JSON.stringify(readOf(step.change)?.args);

const benchOf = (steps: readonly Act[]): { readonly bench: Workbench; readonly writes: () => number } => {
  const world = new Map<string, unknown>();
  for (const step of steps) {
    const [place, fresh] = [placeOf(step), answers.before(step.change)];
    const was = world.get(place);
    // Several steps may write at one place: all that they expect is there from the start.
    world.set(place, merged(was, fresh));
  }
  let writes = 0;
  const ok = (value: unknown) => ({ code: 0, stdout: value === undefined ? '' : JSON.stringify(value), stderr: '' });
  const run: Workbench['run'] = async (tool, args) => {
    const text = args.join(' ');
    if (text.includes('get-caller-identity')) return { code: 0, stdout: '111122223333', stderr: '' };
    if (text.includes('auth can-i')) return { code: 0, stdout: 'yes', stderr: '' };
    if (text.includes('spec.paused')) return { code: 0, stdout: '.', stderr: '' };
    if (text.includes('spec.updateStrategy')) return { code: 0, stdout: 'RollingUpdate', stderr: '' };
    const key = JSON.stringify(args);
    const read = steps.find(({ change }) => asRunOf(readOf(change)) === key);
    if (read !== undefined) return ok(world.get(placeOf(read)));
    const write = steps.find(step => commandsOf(step).some(command => asRunOf(command) === key));
    if (write === undefined) return { code: 1, stdout: '', stderr: `${tool} ${text}` };
    writes += 1;
    if (readOf(write.change) !== undefined)
      world.set(placeOf(write), written(write.change, world.get(placeOf(write)) as Answer | undefined));
    return ok(undefined);
  };
  const bench = {
    ...{ run, options: {}, contexts: [], now: () => '2026-11-01T06:00:00Z', confirm: async () => true },
    ...{ say: () => undefined, pause: async () => undefined },
  };
  return { bench, writes: () => writes };
};

const merged = (a: unknown, b: unknown): unknown =>
  Array.isArray(a) && Array.isArray(b)
    ? [...new Set([...a, ...b])]
    : typeof a === 'object' && a !== null && typeof b === 'object' && b !== null
      ? Object.fromEntries(
          [...new Set([...Object.keys(a), ...Object.keys(b)])].map(key => [
            key,
            merged((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
          ]),
        )
      : (a ?? b);

const journal = { path: 'x', write: () => undefined, close: () => undefined };

test('a plan is carried out whole, each step on what the step before leaves; carried out again it writes nothing', async () => {
  let total = 0;
  await fc.assert(
    fc.asyncProperty(faultyWorlds, async facts => {
      const { steps } = planOfFacts(facts, { rules: catalog }, everything);
      const inAws = steps.filter(step => targetOfStep(step).clusterName === undefined || readOf(step.change));
      const { bench, writes } = benchOf(inAws);
      const contexts = inAws.flatMap(({ change }) =>
        'cluster' in change ? [{ name: change.cluster.context ?? 'c', server: change.cluster.server ?? '' }] : [],
      );
      const run = async () =>
        carryOut(inAws, await readStates(inAws, { ...bench, contexts }), journal, { ...bench, contexts });
      expect(await run()).toBe(inAws.length);
      const first = writes();
      expect(await run()).toBe(0);
      expect(writes()).toBe(first);
      total += inAws.length;
    }),
    { numRuns: casesOf(20) },
  );
  expect(total).toBeGreaterThan(casesOf(20));
});

const changesOf = (steps: readonly Act[]): readonly string[] => steps.map(({ change }) => JSON.stringify(change));

test('the plan of a report is the plan of a scan, and nothing once it was carried out', () => {
  fc.assert(
    fc.property(faultyWorlds, (facts: Facts) => {
      const { findings } = evaluate(facts, { rules: catalog });
      const audited = (now: Facts) => ({
        report: { findings: evaluate(now, { rules: catalog }).findings },
        facts: [now],
        choices: rules,
      });
      const planAt = (now: Facts) => {
        const at = audited(now);
        const choices = choicesFor([], {}, meantBy({ findings }, at.report));
        return planOfAudit(at as never, { ...choices, isDecided: () => true });
      };
      const scan = planOfFacts(facts, { rules: catalog }, everything);
      expect(changesOf(planAt(facts).steps)).toEqual(changesOf(scan.steps));
      expect(planAt(scan.steps.reduce(afterStep, facts)).steps).toEqual([]);
    }),
    { numRuns: casesOf(12) },
  );
});
