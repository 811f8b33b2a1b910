/** Values that a caller can have, as far as patterns tell them apart: one for each combination of patterns that some value
 *  matches. Exact: what holds for these values holds for all of the grammar. */
import { type Glob, globKey, literalPrefix } from '../decide/glob.ts';
import {
  type CharactersOf,
  charactersByPiece,
  type GrammarPlace,
  isWhole,
  startOfGrammar,
  type TextGrammar,
  textMovesFrom,
} from '../decide/text-grammar.ts';
import { type Budget, isSpent, spend } from './budget.ts';
import { globMachine, literalMachine, type Machine } from './glob-dfa.ts';

/** The values, shortest first. `isComplete` is false where the work did not suffice to find them all. */
export interface TextClasses {
  readonly values: readonly string[];
  readonly isComplete: boolean;
}

/** Combinations that are told apart at most, and states that are walked at most. */
const maxValues = 256;
const maxNodes = 20_000;

interface Node {
  readonly place: GrammarPlace;
  readonly states: readonly number[];
  readonly text: string;
}

/** One value for each combination of the patterns that a text of the grammar matches. */
export const textClasses = (globs: readonly Glob[], grammar: TextGrammar, budget: Budget): TextClasses => {
  const own = globs.filter(glob => mayTell(glob, grammar));
  const distinct = [...new Map(own.map(glob => [globKey(glob), glob])).values()];
  const key = distinct.map(globKey).join('\n');
  const found = known.get(grammar) ?? new Map<string, TextClasses>();
  const classes = found.get(key) ?? walk(distinct, grammar, budget);
  if (!classes.isComplete) return classes;
  if (found.size >= maxKnown) found.clear();
  known.set(grammar, found.set(key, classes));
  return classes;
};

/** Every kind of caller asks the same of the tests of a policy, and most patterns are of another grammar. */
const known = new WeakMap<TextGrammar, Map<string, TextClasses>>();
/** For each grammar. */
const maxKnown = 64;

const walk = (distinct: readonly Glob[], grammar: TextGrammar, budget: Budget): TextClasses => {
  const machines = machinesOf(distinct, budget);
  const tried = triedWith(grammar, machines, mentionedIn(distinct));
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
    for (const [character, place] of textMovesFrom(grammar, tried(node.states), node.place)) {
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

/** The characters to go on with from some states: those that a machine tells from all others there, and one other. */
const triedWith = (
  grammar: TextGrammar,
  { list }: Machines,
  mentioned: ReadonlySet<string>,
): ((states: readonly number[]) => CharactersOf) => {
  const pieces = charactersByPiece(grammar, mentioned).map(characters => ({
    characters,
    set: new Set(characters),
    other: characters.filter(character => !mentioned.has(character)),
  }));
  return states => {
    const wanted = new Set<number>();
    for (let at = 0; at < list.length; at += 1)
      for (const code of list[at]?.wanted(states[at] ?? 0) ?? []) wanted.add(code);
    const letters = Array.from(wanted, code => String.fromCharCode(code));
    return piece => {
      const of = pieces[piece];
      // Where all characters are mentioned, there is no other one.
      if (!of || of.other.length === 0) return of?.characters ?? [];
      if (letters.length === 0) return of.other;
      return [...of.other, ...letters.filter(letter => of.set.has(letter))];
    };
  };
};

/** Whether a pattern may match a text of a grammar, by how both begin: one that cannot tells no such texts apart. */
export const mayTell = (glob: Glob, [head = '']: TextGrammar): boolean => {
  if (typeof head !== 'string') return true;
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
