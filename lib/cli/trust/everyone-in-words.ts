/** Everyone who may assume a role, as `who-can-assume` prints it: in words and as JSON. */
import { isEksHost, isMeantForEks } from '../../facts.ts';
import { type Assumer, accountText, nameOfAssumer, noIssuer, opennessOf, type SubjectSet } from '../../policy.ts';
import { given, visible } from '../../text.ts';

/** The service accounts of one issuer that may assume the role. */
export interface PodsAnswer {
  readonly issuer: string;
  readonly audience: string;
  readonly set: SubjectSet;
  readonly audiences: readonly string[];
  /** Existing accounts in the set, and how many of which it is unknown; absent where none were named. */
  readonly members?: readonly string[];
  readonly undecided: number;
}

/** The whole answer. */
export interface EveryoneAnswer {
  readonly pods: readonly PodsAnswer[];
  readonly others: readonly Assumer[];
  readonly controlPolicies: 'evaluated' | 'not evaluated';
}

/** The answer from an instant on, ISO 8601. */
interface LaterAnswer {
  readonly from: string;
  readonly answer: EveryoneAnswer;
}

/** True where the answer leaves open who can. */
export const isUnknown = ({ pods, others }: EveryoneAnswer): boolean =>
  pods.some(({ set }) => set.kind === 'unknown') ||
  others.some(one => one.can === 'maybe' || opennessOf(one) === 'may-be');

/** For one issuer its set, of several a list, each with its issuer; then all other principals. */
export const everyoneAsJson = (answer: EveryoneAnswer, later: readonly LaterAnswer[] = []): object => {
  const { pods, others, controlPolicies } = answer;
  const [only, ...more] = pods;
  const sets = only && more.length === 0 ? podsAsJson(only) : undefined;
  return {
    ...(sets ?? { issuers: pods.map(answer => ({ issuer: answer.issuer, ...podsAsJson(answer) })) }),
    principals: others.map(principalAsJson),
    controlPolicies,
    ...(later.length === 0
      ? {}
      : { later: changesOf(answer, later).map(one => ({ from: one.from, ...everyoneAsJson(one.answer) })) }),
  };
};

/** The later answers that are other than the one before. */
const changesOf = (answer: EveryoneAnswer, later: readonly LaterAnswer[]): readonly LaterAnswer[] => {
  const texts = [answer, ...later.map(one => one.answer)].map(one => linesOf(one).join('\n'));
  return later.filter((_, at) => texts[at + 1] !== texts[at]);
};

/** `patterns` carry the exact subjects too where there are patterns: together they are the set. */
const podsAsJson = ({ set, audiences, members, undecided }: PodsAnswer) => ({
  subjects: {
    kind: set.kind,
    accounts: set.subjects.map(accountText),
    patterns: set.patterns.length > 0 ? [...set.patterns, ...set.subjects].sort() : [],
    ...(set.except.length > 0 ? { except: set.except } : {}),
    ...(set.example === undefined ? {} : { example: accountText(set.example) }),
    ...given({ because: set.because }),
    ...(set.reasons.length > 0 ? { reasons: set.reasons } : {}),
  },
  audiences,
  ...(members ? { members, ...(undecided > 0 ? { undecidedMembers: undecided } : {}) } : {}),
});

const principalAsJson = (one: Assumer) => ({
  kind: one.kind,
  principal: one.principal,
  can: one.can,
  ...(one.sends.length > 0 ? { sends: one.sends } : {}),
  ...given({ because: one.because ?? one.stranger?.because }),
  verdict: opennessOf(one),
  ...given({ witness: one.stranger?.witness }),
});

/** The lines of the answer, made visible. */
export const everyoneInWords = (answer: EveryoneAnswer, later: readonly LaterAnswer[] = []): readonly string[] => [
  ...linesOf(answer),
  ...changesOf(answer, later).flatMap(one => [`From ${one.from} on:`, ...linesOf(one.answer).map(line => `  ${line}`)]),
];

const linesOf = (answer: EveryoneAnswer): readonly string[] => {
  const { pods, others, controlPolicies } = answer;
  const lines = [...pods.flatMap(podsInWords), ...others.flatMap(principalInWords)];
  const hasSome = pods.some(({ set }) => set.kind !== 'none') || others.some(({ can }) => can !== 'no');
  if (lines.length === 0) lines.push('The trust policy allows no principal.');
  if (hasSome && controlPolicies === 'not evaluated') lines.push('(resource control policies are not evaluated)');
  return lines.map(line => visible(line).trimEnd());
};

const podsInWords = ({ set, issuer, audience, audiences, members, undecided }: PodsAnswer): readonly string[] => {
  const cluster = issuer === noIssuer ? 'any cluster' : issuer;
  const lines = [`Service accounts of ${cluster} with audience ${audience}: ${headline(set)}`];
  if (isMeantForEks(issuer) && !isEksHost(issuer))
    lines.push('  the issuer is on no host of EKS: whoever has that host signs any token');
  for (const text of set.subjects) lines.push(`  ${accountText(text)}`);
  if (set.kind !== 'any') for (const text of set.patterns) lines.push(`  ${text}`);
  for (const text of set.except) lines.push(`  but not ${text}`);
  if (set.example !== undefined && set.kind !== 'list') lines.push(`for example ${accountText(set.example)}`);
  lines.push(`Audiences allowed: ${audiences.length > 0 ? audiences.join(', ') : 'none'}`);
  if (members)
    lines.push(
      `Existing service accounts allowed: ${members.length > 0 ? '' : 'none'}`,
      ...members.map(name => `  ${name}`),
    );
  if (undecided > 0) lines.push(`Existing accounts of which it is unknown: ${undecided}`);
  return lines;
};

const headline = (set: SubjectSet): string => {
  switch (set.kind) {
    case 'none':
      return 'none';
    case 'any':
      return 'any';
    case 'unknown':
      return `unknown (${set.because ?? 'undocumented'}); at most:`;
    default:
      return set.because ?? '';
  }
};

const principalInWords = (one: Assumer): readonly string[] => [
  `${nameOfAssumer(one)}: ${canInWords(one)}`,
  ...(one.sends.length > 0 ? [`  with a request such as: ${one.sends.join(', ')}`] : []),
  `  ${verdictInWords(one)}`,
];

const canInWords = ({ can, because, kind }: Assumer): string => {
  if (can === 'no') return because === undefined ? 'cannot assume the role' : `cannot assume the role: ${because}`;
  if (can === 'maybe') return `may be able to assume the role: ${because ?? 'that is not documented'}`;
  return kind === 'pod-identity'
    ? 'can assume the role, where an association of a cluster of its account names it'
    : 'can assume the role';
};

const verdictInWords = ({ stranger }: Assumer): string => {
  if (!stranger) return 'closed to everyone outside of the zone of trust';
  const { verdict, witness, because = '', isDormant } = stranger;
  if (verdict === 'may-be') return `cannot be proven closed, since ${because}; for example ${witness}`;
  return isDormant ? `open to ${witness}, as soon as the account has the provider` : `open to ${witness}`;
};
