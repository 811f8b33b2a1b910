/** Callers with a token of an identity provider that is no cluster's: whoever can sign in there. */
import { webIdentityAction } from '../decide/action.ts';
import type { Environment } from '../decide/environment.ts';
import { maybe, no, yes } from '../decide/formula.ts';
import { type Glob, literalGlob, starGlob } from '../decide/glob.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import { type Piece, run, type TextGrammar } from '../decide/text-grammar.ts';
import type { Caller } from './choose-request.ts';
import type { KeyChoice } from './key-choice.ts';
import { type Claim, customerIssuerOf, type LoginIssuer, ownedSubjects, publicIssuerOf } from './public-issuers.ts';
import { anyLine, requestChoice } from './request-choices.ts';

/** Who signs in. `stranger`: with an account of their own, which no policy names. `borrower`: so, and with claims of others that
 *  they can bring about. `guest`: without an account, at Cognito. */
export interface Login {
  /** The principal as the policy writes it. */
  readonly principal: string;
  /** Without scheme, in lower case. */
  readonly host: string;
  /** The beginning of the condition keys: the host, perhaps with a slash (see `keyFormsOf`). */
  readonly keys: string;
  /** Audiences that the provider takes; undefined where they were not read. */
  readonly audiences: readonly string[] | undefined;
  /** True for an owner that the policies name, and that no stranger can be. Absent: the login may be anybody's. */
  readonly isTaken?: (value: string) => boolean;
  /** True where it may call from a network that the policy names. */
  readonly isFromAnywhere?: true;
  readonly as: 'stranger' | 'borrower' | 'guest';
}

/** The host of Amazon Cognito's identity pools. */
export const cognito = 'cognito-identity.amazonaws.com';

const present = (value: string): KeyFact => ({ present: 'yes', value, because: 'the token carries it' });
const facts = (...list: readonly KeyFact[]): KeyChoice => ({ kind: 'facts', facts: list });
const absent: KeyFact = { present: 'no', because: 'the keys of the provider begin otherwise' };
const unknown: KeyFact = {
  present: 'unknown',
  doubt: 'undocumented',
  because: 'whether the token carries this claim is not documented',
};

/** A caller with a token of the provider. */
export const loginCaller = (login: Login): Caller => ({
  action: webIdentityAction,
  principal: ({ type, value }) => {
    if (type === 'Federated') return value.text === login.principal ? yes : value.text === '*' ? maybe : no;
    if (type === 'AWS') return value.text === '*' ? maybe : no;
    return type === 'Service' || type === 'CanonicalUser' ? no : maybe;
  },
  everyone: maybe,
  choice: (name, env) => choiceOf(name, login, env),
});

/** Beginnings that the condition keys of a provider may have, in lower case. Auth0, Entra and others have issuers that end with a slash;
 *  whether their keys have it is not documented (docs/facts.md §B.2). */
export const keyFormsOf = (principal: string, host: string): readonly string[] => {
  const keys = host.toLowerCase();
  return principal.endsWith('/') ? [`${keys}/`, keys] : [keys];
};

/** Why the tests of a provider with several forms of keys are not decided. */
export const slashUnknown =
  'whether the condition keys of a provider whose URL ends with a slash have the slash too is not documented';

const choiceOf = (name: string, login: Login, env: Environment): KeyChoice | undefined => {
  if (name.startsWith(`${login.keys}:`)) return claimChoice(name.slice(login.keys.length + 1), login);
  const { isTaken, isFromAnywhere } = login;
  const where = isTaken && !isFromAnywhere ? { unnamed: (value: string) => !isTaken(value) } : 'own';
  const request = requestChoice(name, env, where);
  if (request) return request;
  return name.startsWith(env.keyPrefix) ? facts(absent) : undefined;
};

const claimChoice = (claim: string, login: Login): KeyChoice => {
  if (login.host === cognito) return poolChoice(claim, login);
  const known = loginIssuerOf(login.host);
  const own = known?.claims[claim];
  if (own) return textOf(own, login);
  if (claim === 'aud') return audienceChoice(login);
  if (known) return facts(unknown);
  // An identity provider of somebody: its users have claims that no other user has.
  const taken = (value: string): Glob | undefined =>
    wholeOf(value, login) ?? (claim === 'sub' ? regionOf(value, ownedSubjects, login, false) : undefined);
  return { kind: 'text', grammars: [anyLine], optional: true, taken };
};

/** The issuer of a host, whether all customers share it or one has it. */
export const loginIssuerOf = (host: string): LoginIssuer | undefined => publicIssuerOf(host) ?? customerIssuerOf(host);

/** STS takes a token only for an audience of the provider's. */
const audienceChoice = ({ audiences }: Login): KeyChoice =>
  audiences === undefined ? { kind: 'text', grammars: [anyLine], optional: false } : facts(...audiences.map(present));

const textOf = ({ owned, borrowed, free, optional, isRow = false }: Claim, login: Login): KeyChoice => {
  const others = login.as === 'borrower' ? owned : [...owned, ...borrowed];
  return {
    kind: 'text',
    grammars: [...owned, ...borrowed, ...free],
    optional,
    taken: value => regionOf(value, others, login, isRow),
  };
};

/** All values of the owner of a value, where that is somebody else. */
const regionOf = (
  value: string,
  grammars: readonly TextGrammar[],
  { isTaken }: Pick<Login, 'isTaken'>,
  isRow: boolean,
): Glob | undefined => {
  for (const grammar of grammars) {
    const owner = ownerIn(value, grammar);
    if (owner !== undefined && isTaken?.(owner)) return regionFrom('', owner, value.slice(owner.length));
    const behind = isRow ? ownerBehind(value, grammar) : undefined;
    if (behind && isTaken?.(behind.owner)) return regionFrom('*:', behind.owner, behind.rest);
  }
  return undefined;
};

const regionFrom = (before: string, owner: string, rest: string): Glob =>
  rest === '' ? starGlob(`${before}${owner}`) : starGlob(`${before}${owner}${rest[0]}*`);

/** A value that is somebody else's as a whole. */
const wholeOf = (value: string, { isTaken }: Pick<Login, 'isTaken'>): Glob | undefined =>
  isTaken?.(value) ? literalGlob(value) : undefined;

const poolId: TextGrammar = [
  run(/[a-z]/, 2),
  '-',
  run(/[a-z]/, 4),
  '-',
  run(/\d/, 1, 1),
  ':',
  run(/[0-9a-f-]/, 36, 36),
];

/** Cognito: anybody has an identity pool of their own, and whoever is not signed in is a guest of any that takes guests. */
const poolChoice = (claim: string, login: Login): KeyChoice => {
  switch (claim) {
    case 'aud':
      return {
        kind: 'text',
        grammars: [poolId],
        optional: false,
        ...(login.as === 'guest' ? {} : { taken: (value: string) => wholeOf(value, login) }),
      };
    case 'sub':
      return { kind: 'text', grammars: [poolId], optional: false, taken: value => wholeOf(value, login) };
    case 'amr':
      return login.as === 'guest'
        ? facts(present('unauthenticated'))
        : { kind: 'text', grammars: [['authenticated'], ['unauthenticated'], anyLine], optional: false };
    default:
      return facts(unknown);
  }
};

/** The part of a value that names its owner: the first run of the grammar, with what stands before it. */
const ownerIn = (value: string, grammar: TextGrammar): string | undefined => {
  const head = typeof grammar[0] === 'string' ? grammar[0] : '';
  if (!value.startsWith(head)) return undefined;
  const [first, next] = grammar.slice(head === '' ? 0 : 1);
  const end = typeof next === 'string' ? value.indexOf(next[0] ?? '', head.length) : value.length;
  if (end < 0) return undefined;
  return value.slice(0, end - nameless(value.slice(head.length, end), first));
};

/** How many characters of a run are not of the name that it begins with. */
const nameless = (text: string, piece: Piece | undefined): number => {
  const until = typeof piece === 'string' ? undefined : piece?.until;
  const at = until === undefined ? -1 : text.indexOf(until);
  return at < 0 ? 0 : text.length - at;
};

/** The owner of a value that stands behind other parts of a row, with what follows. */
const ownerBehind = (
  value: string,
  [head, first]: TextGrammar,
): { readonly owner: string; readonly rest: string } | undefined => {
  if (typeof head !== 'string' || first === undefined || typeof first === 'string') return undefined;
  const at = value.indexOf(`:${head}`);
  if (at < 0) return undefined;
  let end = at + 1 + head.length;
  while (end < value.length && value[end] !== first.until && first.of.test(value[end] ?? '')) end += 1;
  return { owner: value.slice(at + 1, end), rest: value.slice(end) };
};

/** The owners that a list of values names literally, for the claims of an issuer; whole values where it is not known. */
export const ownersNamed = (values: readonly string[], issuer: LoginIssuer | undefined): ReadonlySet<string> => {
  const claims: readonly Claim[] = issuer ? Object.values(issuer.claims) : [];
  const ownersIn = (value: string): readonly string[] => [
    value,
    ...(issuer ? [] : ownedSubjects.flatMap(grammar => ownerIn(value, grammar) ?? [])),
    ...claims.flatMap(({ owned, borrowed, isRow }) =>
      [...owned, ...borrowed].flatMap(grammar => [
        ...[ownerIn(value, grammar) ?? []].flat(),
        ...(isRow ? [ownerBehind(value, grammar)?.owner ?? []].flat() : []),
      ]),
    ),
  ];
  return new Set(values.flatMap(ownersIn).filter(text => text !== '' && !/[*?]|\$\{/.test(text)));
};
