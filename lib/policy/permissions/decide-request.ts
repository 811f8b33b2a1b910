/** One request of a role against all of its policies: allowed, not allowed, or open, with the statement that shows it. */

import { noIssuer } from '../decide/default-context.ts';
import { type Environment, environmentOf } from '../decide/environment.ts';
import { evaluateTest } from '../decide/evaluate-test.ts';
import { yes } from '../decide/formula.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import type { Budget } from '../who/budget.ts';
import type { Caller } from '../who/choose-request.ts';
import { grantOfAll } from '../who/grant.ts';
import { grantReasonOf } from '../who/stranger.ts';
import {
  coversAction,
  mayCoverAction,
  mayHold,
  type PermissionStatement,
  type Permissions,
  resourceKey,
} from './permissions.ts';
import { type RequestTarget, type Session, sessionChoice, valueOnly } from './session-keys.ts';

/** A request for one resource by its ARN; of an action that has no kinds of resources, for `*`. */
export interface PermissionRequest extends RequestTarget {
  readonly resource: string;
}

/** The answer. `open`: it depends on what is not known, or not documented. */
interface PermissionAnswer {
  readonly verdict: 'allowed' | 'open' | 'refused';
  /** The statement of the role's own policies that allows it, or may. */
  readonly by?: PermissionStatement;
  /** Why it is open. */
  readonly because?: string;
}

/** Who asks, and the work that may be done. */
export interface Requester {
  readonly permissions: Permissions;
  readonly session: Session;
  /** The instant of the request, ISO 8601. */
  readonly now: string;
  readonly budget: Budget;
}

const refused: PermissionAnswer = { verdict: 'refused' };

/** Decides a request. Pure, total. */
export const decideRequest = (request: PermissionRequest, asking: Requester): PermissionAnswer => {
  const { permissions } = asking;
  const concerns = (one: PermissionStatement): boolean =>
    mayCoverAction(one, request.action) && mayHold(one, request.resource);
  const denials = permissions.denials.filter(concerns);
  if (denials.some(one => covers(one, request))) return refused;
  const layers = permissions.layers.map(layer => layer.filter(concerns));
  const plain = layers.map(layer => layer.find(one => covers(one, request)));
  const [own] = plain;
  if (denials.length === 0 && own !== undefined && plain.every(one => one !== undefined))
    return { verdict: 'allowed', by: own };
  return search(request, asking, layers, denials);
};

/** Keys that are the same in every request of a session. */
const ofSession = /^aws:(?:principal.*|multifactorauth.*|currenttime|epochtime|userid|username)$/;

/** A tag that the role may change. */
const oneOfSeveral: KeyFact = { present: 'unknown', doubt: 'request-dependent', because: 'it has several values' };

/** The permissions without statements that apply to no request of a session: a test on who or when it is fails. */
export const withoutIdle = (permissions: Permissions, asking: Pick<Requester, 'session' | 'now'>): Permissions => {
  const env = environmentOfSession(asking);
  const keys = (name: string): KeyFact | undefined => {
    if (!ofSession.test(name)) return undefined;
    const choice = sessionChoice(name, asking.session, { action: '' }, env);
    return choice.kind === 'facts' && choice.facts.length === 1 ? choice.facts[0] : oneOfSeveral;
  };
  const isIdle = ({ statement }: PermissionStatement): boolean =>
    statement.problems.length === 0 &&
    statement.conditions.some(
      test =>
        ofSession.test(test.key.text.toLowerCase()) && evaluateTest(test, { ...env, keys }).truth.possible === false,
    );
  // A denial for every request of a session needs no look at its conditions: `unless signed in with MFA` is one.
  const asPlain = (one: PermissionStatement): PermissionStatement => {
    const { problems, conditions } = one.statement;
    const holds = conditions.every(
      test =>
        ofSession.test(test.key.text.toLowerCase()) && evaluateTest(test, { ...env, keys }).truth.certain === true,
    );
    return problems.length === 0 && holds ? { ...one, isPlain: true } : one;
  };
  return {
    layers: permissions.layers.map(layer => layer.filter(one => !isIdle(one))),
    denials: permissions.denials.filter(one => !isIdle(one)).map(asPlain),
  };
};

/** Statements of all layers that are tried together at most. */
const maxTogether = 256;

const search = (
  request: PermissionRequest,
  asking: Requester,
  layers: readonly (readonly PermissionStatement[])[],
  denials: readonly PermissionStatement[],
): PermissionAnswer => {
  const together = product(layers.map(plainFirst));
  if (together === undefined)
    return { verdict: 'open', because: 'its policies have too many statements to be compared within the stated work' };
  const env = environmentOfSession(asking);
  const caller = callerOf(request, asking, env);
  const others = denials.map(({ statement }) => statement);
  let best: PermissionAnswer = refused;
  for (const statements of together) {
    const [first, ...rest] = statements.map(({ statement }) => statement);
    if (first === undefined) continue;
    const grant = grantOfAll([first, ...rest], others, caller, env, asking.budget);
    const by = statements[0];
    if (by === undefined) continue;
    if (grant.truth.certain === true) return { verdict: 'allowed', by };
    if (best.verdict === 'refused' && grant.truth.possible !== false)
      best = { verdict: 'open', by, because: grantReasonOf(grant) };
  }
  return best;
};

const plainFirst = (layer: readonly PermissionStatement[]): readonly PermissionStatement[] =>
  layer.toSorted((a, b) => Number(b.isPlain) - Number(a.isPlain));

/** One statement of each layer, in every combination; undefined for too many. */
const product = (
  layers: readonly (readonly PermissionStatement[])[],
): readonly (readonly PermissionStatement[])[] | undefined => {
  let rows: readonly (readonly PermissionStatement[])[] = [[]];
  for (const layer of layers) {
    if (rows.length * layer.length > maxTogether) return undefined;
    rows = rows.flatMap(row => layer.map(one => [...row, one]));
  }
  return rows;
};

/** True for a statement without conditions that covers the request. */
const covers = (one: PermissionStatement, { action, resource }: PermissionRequest): boolean =>
  one.isPlain && coversAction(one, action) === 'yes' && mayHold(one, resource);

/** The environment of the requests of a session. */
export const environmentOfSession = ({ session, now }: Pick<Requester, 'session' | 'now'>): Environment => ({
  ...environmentOf({ roleArn: session.roleArn, issuer: noIssuer, audience: '', roleTags: session.tags, now }),
  // Texts of older policies, which have no variables, were made literal when they were read.
  variables: true,
});

const callerOf = (request: PermissionRequest, { session }: Requester, env: Environment): Caller => ({
  action: request.action,
  principal: () => yes,
  everyone: yes,
  choice: name =>
    name === resourceKey
      ? valueOnly(request.resource, 'it is the resource')
      : sessionChoice(name, session, request, env),
});
