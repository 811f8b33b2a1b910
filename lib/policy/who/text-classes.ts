/** Values that a caller can have, as far as patterns tell them apart: one for each combination of patterns that some value
 *  matches. Exact: what holds for these values holds for all of the grammar. */
import { type Glob, globKey, literalPrefix } from '../decide/glob.ts';
import { type Budget, isSpent, spend } from './budget.ts';
import { globMachine, literalMachine, type Machine } from './glob-dfa.ts';
import { charactersByPiece, isWhole, movesFrom, type Place, startOfGrammar, type TextGrammar } from './text-grammar.ts';

/** The values, shortest first. `isComplete` is false where the work did not suffice to find them all. */
export interface TextClasses {
  readonly values: readonly string[];
  readonly isComplete: boolean;
}

/** Combinations that are told apart at most, and states that are walked at most. */
const maxValues = 256;
const maxNodes = 20_000;

interface Node {
  readonly place: Place;
  readonly states: readonly number[];
  readonly text: string;
}

/** One value for each combination of the patterns that a text of the grammar matches. */
export const textClasses = (globs: readonly Glob[], grammar: TextGrammar, budget: Budget): TextClasses => {
  const head = typeof grammar[0] === 'string' ? grammar[0] : '';
  const distinct = [...new Map(globs.filter(glob => mayBegin(glob, head)).map(glob => [globKey(glob), glob])).values()];
  const machines = machinesOf(distinct, budget);
  const characters = charactersByPiece(grammar, mentionedIn(distinct));
  const values = new Map<string, string>();
  const queue: Node[] = [{ place: startOfGrammar, states: machines.list.map(() => 1), text: '' }];
  const met = new Set<string>();
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at];
    if (!node || queue.length > maxNodes || isSpent(budget)) return { values: [...values.values()], isComplete: false };
    if (isWhole(grammar, node.place)) {
      const key = distinct.map(glob => Number(matches(machines, node.states, glob))).join('');
      if (!values.has(key)) values.set(key, node.text);
      if (values.size > maxValues) return { values: [...values.values()], isComplete: false };
    }
    for (const [character, place] of movesFrom(grammar, characters, node.place)) {
      spend(budget, 1 + machines.list.length);
      const code = character.charCodeAt(0);
      const states = machines.list.map((machine, index) => machine.step(node.states[index] ?? 0, code));
      const key = `${place.piece} ${place.count} ${states.join(' ')}`;
      if (met.has(key)) continue;
      met.add(key);
      queue.push({ place, states, text: node.text + character });
    }
  }
  return { values: [...values.values()], isComplete: true };
};

/** Whether a pattern may match a text that begins so: one that cannot tells no such texts apart. */
const mayBegin = (glob: Glob, head: string): boolean => {
  const prefix = literalPrefix(glob);
  return prefix.startsWith(head) || (glob.literal === undefined && head.startsWith(prefix));
};

interface Machines {
  readonly list: readonly Machine[];
  readonly slots: ReadonlyMap<Glob, number>;
}

/** The texts without wildcards share the first machine. */
const machinesOf = (globs: readonly Glob[], budget: Budget): Machines => {
  const list = [literalMachine(globs.flatMap(({ literal }) => literal ?? []))];
  const slots = new Map<Glob, number>();
  for (const glob of globs) {
    slots.set(glob, glob.literal === undefined ? list.length : 0);
    if (glob.literal === undefined) list.push(globMachine(glob, budget));
  }
  return { list, slots };
};

const matches = ({ list, slots }: Machines, states: readonly number[], glob: Glob): boolean => {
  const slot = slots.get(glob) ?? 0;
  return list[slot]?.matches(states[slot] ?? 0, glob) ?? false;
};

const mentionedIn = (globs: readonly Glob[]): ReadonlySet<string> =>
  new Set(globs.flatMap(({ codes }) => codes.filter(code => code >= 0).map(code => String.fromCharCode(code))));
