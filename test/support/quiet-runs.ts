/** The news of three runs over one unchanged world: the whole of it, a part, the whole again. */
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import type { Transition } from '../../lib/history/transition.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRun, stateAfter } from './drift-builders.ts';
import { type Fate, factsFrom } from './partial-reading.ts';
import type { World } from './partial-worlds.ts';

/** Transitions and changed facts that are more than word of what could be read; and what is kept in the end. */
export interface Told {
  readonly whenPartlyRead: readonly string[];
  readonly whenWhollyReadAgain: readonly string[];
  readonly whenReadInTheOtherOrder: readonly string[];
  readonly whenPartlyReadOnceMore: readonly string[];
  readonly keptAsItWas: boolean;
}

/** Run 1 reads all, run 2 what the fates leave, run 3 all again; and part, whole, part. */
export const whatRunsTell = (world: World, fates: readonly Fate[]): Told => {
  const whole = wholly(world);
  const part = evaluate(factsFrom(world, fates), { rules: catalog });
  const [first, second, third] = play([whole, part, whole]);
  const [, other, last] = play([part, whole, part]);
  const findings = (kept: typeof first): readonly unknown[] =>
    (kept?.known.findings ?? []).filter(item => item.status !== 'resolved').map(item => item.finding);
  return {
    whenPartlyRead: news(second, ['unconfirmed']),
    whenWhollyReadAgain: news(third, ['confirmed']),
    whenReadInTheOtherOrder: news(other, ['opened', 'explained', 'reassessed', 'confirmed']),
    whenPartlyReadOnceMore: news(last, ['unconfirmed']),
    keptAsItWas: JSON.stringify(findings(first)) === JSON.stringify(findings(third)),
  };
};

/** The news of a run that reads another part of an unchanged world than the run before, apart from its new findings. */
export const whatAnotherPartTells = (
  world: World,
  first: readonly Fate[],
  then: readonly Fate[],
): readonly string[] => {
  const [, second] = play([first, then].map(fates => evaluate(factsFrom(world, fates), { rules: catalog })));
  return news(second, ['opened', 'explained', 'reassessed', 'confirmed', 'unconfirmed']);
};

const evaluated = new WeakMap<World, ReturnType<typeof evaluate>>();

/** Several parts of one world are held to the same whole. */
const wholly = (world: World): ReturnType<typeof evaluate> => {
  const known = evaluated.get(world) ?? evaluate(factsFrom(world, []), { rules: catalog });
  evaluated.set(world, known);
  return known;
};

type Evaluations = readonly ReturnType<typeof evaluate>[];

const play = (evaluations: Evaluations) => {
  let known = nothingKnown;
  return evaluations.map((evaluation, index) => {
    const change = reconcile(known, evaluation, aRun(index + 1));
    known = stateAfter(known, change, aRun(index + 1).at);
    return { change, known };
  });
};

/** cluster-unauditable tells of gaps: it comes and goes with them. */
const news = (
  run: ReturnType<typeof play>[number] | undefined,
  but: readonly Transition['kind'][],
): readonly string[] => [
  ...(run?.change.transitions ?? [])
    .filter(({ kind, after }) => !but.includes(kind) && after.finding.ruleId !== 'cluster-unauditable')
    .map(({ kind, summary, after }) => `${kind} ${after.finding.ruleId} ${after.finding.subject}: ${summary}`),
  ...(run?.change.factChanges ?? []).map(({ kind, subject }) => `${kind} of ${subject}`),
];
