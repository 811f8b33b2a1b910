/** Which request a caller chooses, so that statements take it: all keys at once, each with the values that its tests tell apart. */
import { effective } from '../decide/decide.ts';
import type { Environment } from '../decide/environment.ts';
import { type Asker, evaluateStatement, isDoubtful, type StatementTruth } from '../decide/evaluate-statement.ts';
import { evaluateTest } from '../decide/evaluate-test.ts';
import { all, any, known, maybe, no, not, type ThreeValued, yes } from '../decide/formula.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import { parseOperator } from '../decide/operator.ts';
import { keyFact } from '../decide/request-keys.ts';
import { type Doubtful, doubtsOf } from '../decide/statement-reason.ts';
import type { ConditionTest, PrincipalEntry, Statement } from '../parse/policy.ts';
import type { Budget } from './budget.ts';
import { chosenText, type KeyChoice, keyFactsOf } from './key-choice.ts';
import { isUnreadOfRole } from './request-choices.ts';

/** A kind of caller: how it calls, which principals stand for it, and what it can make of each key. */
export interface Caller {
  readonly action: string;
  readonly principal: (entry: PrincipalEntry, env: Environment) => ThreeValued;
  /** Whether `"Principal": "*"` stands for it. */
  readonly everyone: ThreeValued;
  /** The fact that it makes of a key (lower case); undefined for a key that is as in a pod's request. */
  readonly choice: (name: string, env: Environment) => KeyChoice | undefined;
}

/** The answer. */
export interface Grant {
  readonly truth: ThreeValued;
  /** The values that the caller sends, by key in lower case; where it is open, those that may pass. Undefined where nothing passes. */
  readonly sends?: ReadonlyMap<string, KeyFact>;
  /** The reasons that leave it open, each once. */
  readonly doubts: readonly Doubtful[];
  /** False where the work did not suffice: the truth is an upper bound then. */
  readonly isComplete: boolean;
}

/** Requests that are tried at most for one statement. */
const maxRequests = 2048;

/** An Allow statement that must take a request, for an action. */
export interface Ask {
  readonly statement: Statement;
  readonly action: string;
}

interface Question {
  /** All of them must take the request. */
  readonly asks: readonly [Ask, ...Ask[]];
  readonly others: readonly Statement[];
  readonly caller: Pick<Caller, 'principal' | 'everyone'>;
  readonly env: Environment;
  /** By key: what can be chosen. Keys that only variables name have no facts. */
  readonly choices: ReadonlyMap<string, readonly KeyFact[]>;
  /** By key that can be chosen: the texts that a variable over it stands for. */
  readonly texts: ReadonlyMap<string, KeyFact>;
  /** Keys of which there is one fact, whoever calls. */
  readonly fixed: ReadonlySet<string>;
  /** How often the tests name a key, as key or as variable. */
  readonly mentions: ReadonlyMap<string, number>;
}

/** The grant of statements that must all take one request, each for its own action, which none of `others` refuses. */
export const grantOfAsks = (
  asks: readonly [Ask, ...Ask[]],
  others: readonly Statement[],
  caller: Caller,
  env: Environment,
  budget: Budget,
): Grant => {
  const tests = [...asks.map(({ statement }) => statement), ...others].flatMap(({ conditions }) => conditions);
  const mentions = keysNamedIn(tests, env);
  const choices = new Map<string, readonly KeyFact[]>();
  const fixed = new Set<string>();
  const byName = new Map([...mentions.keys()].flatMap(name => withChoice(name, caller.choice(name, env))));
  const texts = new Map([...byName].map(([name, choice]) => [name, chosenText(choice)]));
  const question: Question = { asks, others, caller, env, choices, texts, fixed, mentions };
  // A test may name another key by a variable: it is known which are chosen, and which are fixed, before the values are.
  for (const [name, choice] of byName) {
    choices.set(name, choice.kind === 'facts' ? choice.facts : []);
    if (choice.kind === 'facts' && choice.facts.length === 1) fixed.add(name);
  }
  let isComplete = true;
  for (const [name, choice] of byName) {
    const own = tests.filter(test => nameOf(test) === name);
    if (own.length === 0 || choice.kind === 'facts') continue;
    const found = keyFactsOf(choice, own, envOf(question, name, undefined), budget);
    isComplete &&= found.isComplete;
    choices.set(name, found.facts);
  }
  return search(question, isComplete);
};

const withChoice = (name: string, choice: KeyChoice | undefined): readonly (readonly [string, KeyChoice])[] =>
  choice === undefined ? [] : [[name, choice]];

const nameOf = ({ key }: ConditionTest): string => key.text.toLowerCase();

const variables = /\$\{([^${}'",*?]+?)(?:, '[^']*')?\}/g;

const variablesIn = ({ values }: ConditionTest, env: Environment): readonly string[] =>
  env.variables
    ? values.flatMap(({ text }) =>
        text.includes('${') ? [...text.matchAll(variables)].map(([, key = '']) => key.toLowerCase()) : [],
      )
    : [];

/** How often tests name each key, as key or as variable. */
export const keysNamedIn = (tests: readonly ConditionTest[], env: Environment): ReadonlyMap<string, number> => {
  const mentions = new Map<string, number>();
  for (const test of tests)
    for (const name of new Set([nameOf(test), ...variablesIn(test, env)]))
      mentions.set(name, (mentions.get(name) ?? 0) + 1);
  return mentions;
};

/** The environment of a test on one key: that key as it is sent. Every other chosen one, which only variables can name
 *  there, stands for whatever text of its grammar serves. */
const envOf = ({ choices, texts, fixed, env }: Question, own: string, fact: KeyFact | undefined): Environment => ({
  ...env,
  keys: name => {
    const free = texts.get(name);
    if (name === own) return fact ?? free;
    const facts = choices.get(name);
    return facts && (fixed.has(name) ? facts[0] : free);
  },
});

const search = (question: Question, isComplete: boolean): Grant => {
  const { env, asks } = question;
  const lists: (readonly [string, readonly KeyFact[]])[] = [];
  for (const [name, facts] of question.choices) {
    if (facts.length === 0) continue;
    const useful = usefulFacts(question, name, facts);
    if (useful.length === 0) return isComplete ? { truth: no, doubts: [], isComplete } : bounded(question);
    lists.push([name, useful]);
  }
  let requests: readonly ReadonlyMap<string, KeyFact>[] = [new Map()];
  for (const [name, facts] of lists) {
    if (requests.length * facts.length > maxRequests) return bounded(question);
    requests = requests.flatMap(request => facts.map(fact => new Map([...request, [name, fact]])));
  }
  const tried = requests.map(sends => ({ sends, ...judge(question, sends) }));
  const truth = any(tried.map(one => one.truth));
  const best = tried.find(one => one.truth.certain !== false) ?? tried.find(one => one.truth.possible !== false);
  if (!isComplete && truth !== yes) return bounded(question);
  if (!best) return { truth, doubts: [], isComplete };
  const isOpen = truth.certain !== true;
  const doubts = best.statements.flatMap(one => doubtsOf(one, env));
  return { truth, sends: best.sends, doubts: isOpen ? distinct(doubts, asks[0].statement) : [], isComplete };
};

const distinct = (doubts: readonly Doubtful[], { at }: Statement): readonly Doubtful[] =>
  doubts.length === 0
    ? [{ because: 'a Deny statement may apply or not', reason: { kind: 'undocumented' }, at }]
    : [...new Map(doubts.map(doubt => [doubt.because, doubt])).values()];

/** One request that is chosen, or where a key is not in `sends`, whatever it may be. */
const judge = (
  question: Question,
  sends: ReadonlyMap<string, KeyFact>,
): { readonly truth: ThreeValued; readonly statements: readonly StatementTruth[] } => {
  const { asks, others, env } = question;
  const allow = askerOf(question, sends, 'Allow');
  const own = asks.map(({ statement, action }) => evaluateStatement(statement, env, { ...allow, action }));
  const deny = askerOf(question, sends, 'Deny');
  const actions = new Set(asks.map(({ action }) => action));
  const denials = others.flatMap(other =>
    [...actions].map(action => evaluateStatement(other, env, { ...deny, action })),
  );
  const denied = any(denials.map(one => effective(one, 'Deny')));
  const truth = all([...own.map(one => effective(one, 'Allow')), not(denied)]);
  return { truth, statements: [...own, ...denials] };
};

const askerOf = (
  question: Question,
  sends: ReadonlyMap<string, KeyFact>,
  effect: 'Allow' | 'Deny',
): Omit<Asker, 'action'> => ({
  principal: question.caller.principal,
  everyone: question.caller.everyone,
  test: test => {
    const name = nameOf(test);
    const env = envOf(question, name, sends.get(name) ?? undefined);
    const { fact, operator } = evaluateTest(test, env);
    return {
      test,
      truth: truthFor(test, question, sends.get(name), effect),
      ...(fact ? { fact } : {}),
      ...(operator ? { operator } : {}),
    };
  },
});

/** A test as the caller would have it: true in an Allow, false in a Deny. A variable over another key that the caller
 *  chooses takes the value that serves; where that key is named elsewhere too, it may not be free to. */
const truthFor = (
  test: ConditionTest,
  question: Question,
  fact: KeyFact | undefined,
  effect: 'Allow' | 'Deny',
): ThreeValued => {
  const { choices, fixed, mentions } = question;
  const name = nameOf(test);
  if (fact === undefined && choices.has(name)) return maybe;
  const env = envOf(question, name, fact);
  const whole = evaluateTest(test, env).truth;
  const free = variablesIn(test, env).filter(key => key !== name && choices.has(key) && !fixed.has(key));
  if (free.length === 0 || keyFact(test.key.text, env).present === 'no') return whole;
  const operator = parseOperator(test.operator);
  const fixedValues = test.values.filter(
    ({ text }) => !variablesIn({ ...test, values: [{ text, at: test.at }] }, env).some(key => free.includes(key)),
  );
  const rest =
    fixedValues.length > 0
      ? evaluateTest({ ...test, values: fixedValues }, env).truth
      : known(operator?.negated === true);
  const [holding, failing] = operator?.negated ? [rest, whole] : [whole, rest];
  const isUnread = [name, ...free].some(key => isUnreadOfRole(key, env));
  const isShared = isUnread || free.some(key => (mentions.get(key) ?? 0) > 1);
  if (effect === 'Allow') return isShared ? { certain: failing.certain, possible: holding.possible } : holding;
  return isShared ? { certain: failing.certain, possible: holding.possible } : failing;
};

/** An upper bound: every key that could be chosen may be anything. */
const bounded = (question: Question): Grant => {
  const { truth } = judge(question, new Map());
  if (truth.possible === false) return { truth: no, doubts: [], isComplete: false };
  return tooMany(truth.possible, question.asks[0].statement);
};

/** An answer that the work does not suffice for. */
export const tooMany = (possible: ThreeValued['possible'], { at }: Statement): Grant => {
  const reason = { kind: 'budget', mayBeEverySubject: possible === true } as const;
  const because = 'the conditions of this policy are too many to be compared within the stated work';
  return { truth: { certain: false, possible }, doubts: [{ because, reason, at }], isComplete: false };
};

const ranks = new Map([
  [no, 0],
  [maybe, 1],
  [yes, 2],
]);

/** The facts of a key with which its tests of the Allow may hold, without those than which another one is as good for
 *  each test. */
const usefulFacts = (question: Question, name: string, facts: readonly KeyFact[]): readonly KeyFact[] => {
  const { asks, others } = question;
  const allows = asks.map(({ statement }) => statement);
  // Where a statement may mean something else, no test that fails closes it.
  const mayMeanElse = allows.some(isDoubtful);
  const own = allows.flatMap(({ conditions }) => conditions.filter(test => nameOf(test) === name));
  const foreign = others.flatMap(({ conditions }) => conditions.filter(test => nameOf(test) === name));
  const judged = facts.flatMap(fact => {
    const holds = own.map(test => truthFor(test, question, fact, 'Allow'));
    if (all(holds).possible === false && !mayMeanElse) return [];
    const denied = foreign.map(test => truthFor(test, question, fact, 'Deny'));
    // A truth that depends on the subject is compared with nothing.
    const marks = [...holds.map(one => ranks.get(one)), ...denied.map(one => -(ranks.get(one) ?? Number.NaN))];
    return [{ fact, marks: marks.map(mark => mark ?? Number.NaN) }];
  });
  const kept: typeof judged = [];
  for (const one of judged) {
    if (kept.some(other => isAsGood(other.marks, one.marks))) continue;
    for (let at = kept.length - 1; at >= 0; at -= 1) if (isAsGood(one.marks, kept[at]?.marks ?? [])) kept.splice(at, 1);
    kept.push(one);
  }
  return kept.map(({ fact }) => fact);
};

const isAsGood = (one: readonly number[], other: readonly number[]): boolean =>
  one.every((mark, at) => mark >= (other[at] ?? Number.NaN));
