/** Trials of the trust core on random input: a few in the tests, many in the nightly script. */
import { decide, decideOnly } from '../../lib/policy/decide/decide.ts';
import type { WebIdentityRequest } from '../../lib/policy/decide/request.ts';
import { explainDecision } from '../../lib/policy/explain/explain-decision.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import type { Policy } from '../../lib/policy/parse/policy.ts';
import { type SubjectSet, setContains, setMayContain, subjectsOf } from '../../lib/policy/who/subject-set.ts';
import { refusedForms } from './complex-policies.ts';
import { naiveDecide } from './naive-interpreter.ts';
import {
  type Dice,
  dice,
  randomPolicy,
  randomRequest,
  randomStatement,
  randomSubject,
  randomSubjectPolicy,
} from './random-policy.ts';
import { mustParse, policyWith, S, sub } from './trust-cases.ts';

/** The outcome of a trial: descriptions of failures (at most ten are kept) and counts by outcome. */
export interface Trial {
  readonly cases: number;
  readonly failed: number;
  readonly failures: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

interface Tally {
  cases: number;
  failed: number;
  readonly failures: string[];
  readonly counts: Record<string, number>;
}

const tally = (): Tally => ({ cases: 0, failed: 0, failures: [], counts: {} });

const count = (trial: Tally, what: string): void => {
  trial.counts[what] = (trial.counts[what] ?? 0) + 1;
};

const fault = (trial: Tally, description: () => string): void => {
  trial.failed += 1;
  if (trial.failures.length < 10) trial.failures.push(description());
};

/** The decision against the naive interpreter. */
export const oracleTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  while (trial.cases < cases) {
    const json = randomPolicy(roll);
    const policy = mustParse(JSON.stringify(json));
    for (let requests = 0; requests < 5 && trial.cases < cases; requests += 1) {
      trial.cases += 1;
      const request = randomRequest(roll);
      const ours = decideOnly(policy, request);
      const theirs = naiveDecide(json, naiveRequest(request));
      count(trial, ours);
      if (ours !== theirs)
        fault(
          trial,
          () => `decide says ${ours}, the oracle ${theirs}: ${JSON.stringify(json)} ${JSON.stringify(request)}`,
        );
    }
  }
  return trial;
};

const naiveRequest = ({ roleArn, issuer, subject, audience, roleTags }: WebIdentityRequest) => ({
  roleArn,
  iss: issuer,
  sub: subject,
  aud: audience,
  ...(roleTags ? { tags: roleTags } : {}),
});

/** The set against the decision: a member is allowed, a non-member is not; what is written out is what is contained. */
export const setTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  while (trial.cases < cases) {
    const json = roll(4) === 0 ? randomPolicy(roll) : randomSubjectPolicy(roll);
    const policy = mustParse(JSON.stringify(json));
    const request = { ...randomRequest(roll), roleArn: 'arn:aws:iam::111122223333:role/app' };
    const set = subjectsOf(policy, request);
    count(trial, set.kind);
    const subjects = [...Array.from({ length: 8 }, () => randomSubject(roll)), ...set.subjects.slice(0, 3)];
    if (set.example !== undefined) subjects.push(set.example);
    for (const subject of subjects) {
      trial.cases += 1;
      const wrong = setFault(set, policy, { ...request, subject });
      if (wrong !== undefined)
        fault(trial, () => `${wrong}: ${subject} ${set.kind} ${JSON.stringify(json)} ${JSON.stringify(request)}`);
    }
  }
  return trial;
};

const setFault = (set: SubjectSet, policy: Policy, request: WebIdentityRequest): string | undefined => {
  const decision = decideOnly(policy, request);
  const isIn = setContains(set, request.subject);
  const mayBeIn = setMayContain(set, request.subject);
  if (isIn && decision !== 'allow') return `a member is ${decision}`;
  if (!mayBeIn && decision !== 'deny') return `a non-member is ${decision}`;
  if (set.kind === 'unknown') return undefined;
  if (isIn !== (decision === 'allow')) return `contains is ${isIn}, the decision ${decision}`;
  if (set.because === undefined && isWritten(set, request.subject) !== isIn) return `what is written out says ${!isIn}`;
  if (request.subject === set.example && !isIn) return 'the example is not allowed';
  return undefined;
};

/** Policies near the budget: every namespace of a few letters may be excluded by what looks like a formula of logic.
 *  The set is compared with every subject that there is. */
export const budgetTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  for (; trial.cases < cases; trial.cases += 1) {
    const variables = 1 + roll(3);
    const condition = {
      StringLike: { [sub]: `${S}${'?'.repeat(variables)}:a` },
      StringNotLike: { [sub]: refusedForms(variables, variables * (1 + roll(5)), roll) },
    };
    const policy = policyWith(condition);
    const request = randomRequest(() => 1);
    const set = subjectsOf(policy, request, { left: 30_000 * 4 ** roll(4) });
    count(trial, set.kind === 'unknown' ? (set.reasons[0]?.kind ?? 'unknown') : set.kind);
    const subjects = Array.from({ length: 2 ** variables }, (_, at) => {
      const letters = Array.from({ length: variables }, (_letter, bit) => ((at >> bit) & 1 ? 'a' : 'b'));
      return `${S}${letters.join('')}:a`;
    });
    const members = subjects.filter(subject => decideOnly(policy, { ...request, subject }) === 'allow');
    const wrong = subjects
      .map(subject => setFault(set, policy, { ...request, subject }))
      .find(one => one !== undefined);
    if (wrong !== undefined) fault(trial, () => `${wrong}: ${set.kind} ${JSON.stringify(condition)}`);
    else if (set.kind === 'none' ? members.length > 0 : set.kind !== 'unknown' && members.length === 0)
      fault(trial, () => `the set is ${set.kind}, ${members.length} are allowed: ${JSON.stringify(condition)}`);
  }
  return trial;
};

const isWritten = (set: SubjectSet, subject: string): boolean => {
  if (set.kind === 'any') return true;
  const matches = (pattern: string): boolean =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\/-]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(subject);
  if (set.subjects.includes(subject)) return true;
  return set.patterns.some(matches) && !set.except.some(matches);
};

const order = { deny: 0, unknown: 1, allow: 2 } as const;

/** Adding a Deny never widens, adding an Allow never narrows, and no order of anything matters. */
export const monotonyTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  for (; trial.cases < cases; trial.cases += 1) {
    const json = randomPolicy(roll);
    const request = randomRequest(roll);
    const statements = Array.isArray(json.Statement) ? json.Statement : [];
    const ask = (more: readonly unknown[]): keyof typeof order =>
      decideOnly(mustParse(JSON.stringify({ ...json, Statement: more })), request);
    const before = ask(statements);
    count(trial, before);
    const at = roll(statements.length + 1);
    const withDeny = ask(statements.toSpliced(at, 0, randomStatement(roll, 'Deny')));
    const withAllow = ask(statements.toSpliced(at, 0, randomStatement(roll, 'Allow')));
    const turned = ask(turn(statements) as readonly unknown[]);
    if (order[withDeny] > order[before])
      fault(trial, () => `a Deny widened ${before} to ${withDeny}: ${JSON.stringify(json)}`);
    if (order[withAllow] < order[before]) fault(trial, () => `an Allow narrowed ${before}: ${JSON.stringify(json)}`);
    if (turned !== before) fault(trial, () => `the order changed ${before} to ${turned}: ${JSON.stringify(json)}`);
  }
  return trial;
};

/** The same value with every list and every object's keys the other way round. */
const turn = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.toReversed().map(turn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turn(item)]),
  );
};

const junk = [
  '\u0000',
  '\ud800',
  '\udc00',
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '__proto__',
  'null',
  '1e999',
  '\\u',
  '%7B',
  '\ufeff',
  '*',
  '?',
  '${',
  'é',
  '\u2028',
];

/** Broken input: nothing throws, nothing hangs, and what is no policy has a place. */
export const fuzzTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  for (; trial.cases < cases; trial.cases += 1) {
    const text = broken(roll);
    try {
      count(trial, tryText(text, roll));
    } catch (error) {
      fault(trial, () => `${String(error)}: ${JSON.stringify(text)}`);
    }
  }
  return trial;
};

const tryText = (text: string, roll: Dice): string => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) {
    const { message, at } = parsed.problem;
    if (message === '' || at.line < 1 || at.column < 1) throw new Error('a problem without words or place');
    return 'refused';
  }
  const request = randomRequest(roll);
  const decision = decide(parsed.policy, request);
  explainDecision(decision, request);
  if (roll(10) === 0) subjectsOf(parsed.policy, request);
  return decision.decision;
};

const broken = (roll: Dice): string => {
  let text = JSON.stringify(randomPolicy(roll), null, roll(2));
  if (roll(20) === 0) text = encodeURIComponent(text);
  if (roll(50) === 0) text = '['.repeat(roll(200)) + text;
  for (let edits = roll(4); edits > 0; edits -= 1) {
    const at = roll(text.length + 1);
    const kind = roll(5);
    if (kind === 0) text = text.slice(0, at);
    else if (kind === 1) text = text.slice(0, at) + (junk[roll(junk.length)] ?? '') + text.slice(at);
    else if (kind === 2) text = text.slice(0, at) + text.slice(at + 1 + roll(8));
    else if (kind === 3) text = swapValue(text, roll);
    else text = text.slice(0, at) + text.slice(at, at + roll(40)) + text.slice(at);
  }
  return text;
};

const wrongValues = [
  'null',
  '1',
  'true',
  '[]',
  '{}',
  '""',
  '[[]]',
  '{"__proto__":{"a":1}}',
  '"\\ud800"',
  '[null]',
  '"*"',
];

/** Puts a value of another type in the place of a string. */
const swapValue = (text: string, roll: Dice): string => {
  const strings = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?!:)/g)];
  const chosen = strings[roll(strings.length)];
  if (!chosen) return text;
  return (
    text.slice(0, chosen.index) +
    (wrongValues[roll(wrongValues.length)] ?? '') +
    text.slice(chosen.index + chosen[0].length)
  );
};
