/** Who outside of the role's own account may assume it, by any action that gives its credentials. */
import { parseArn } from '../../model/arn.ts';
import { actionTruth } from '../decide/action.ts';
import { noIssuer } from '../decide/default-context.ts';
import { type Environment, environmentOf } from '../decide/environment.ts';
import type { WebIdentityRequest } from '../decide/request.ts';
import type { Policy, Statement } from '../parse/policy.ts';
import type { Bound } from './stranger-facts.ts';
import { strangersPass } from './strangers-pass.ts';

/** The callers outside of the role's own account that one Allow statement trusts. */
export interface OutsideCallers {
  readonly statement: Statement;
  /** Any AWS account: unconditionally, or through tests that a caller of any account can satisfy. */
  readonly strangers: 'yes' | 'no' | 'undecided';
  /** Why that is undecided: the key or element that it depends on. */
  readonly undecided?: string;
  /** The condition that holds strangers back, where everyone is named. */
  readonly bound?: Bound;
  /** The tests that strangers pass. */
  readonly passed: readonly string[];
  /** Other accounts that are named, by id; and services. */
  readonly accounts: readonly string[];
  readonly services: readonly string[];
}

/** The facts beside the policy that the answer depends on. */
export type CallersContext = Pick<WebIdentityRequest, 'roleArn' | 'roleTags' | 'now'>;

/** The actions that give a role's credentials to a caller that AWS signed in, or that a SAML provider did. */
const credentialActions = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

/** Every Allow statement that gives the role's credentials, with the outside callers that it trusts. Deny statements are taken into
 *  account for strangers; what a named account may do its own policies and conditions narrow further. */
export const outsideCallers = (policy: Policy, context: CallersContext): readonly OutsideCallers[] => {
  const env = environmentOf({ ...context, issuer: noIssuer, audience: '' }, policy);
  return policy.statements
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(statement => callersOf(statement, policy, env) ?? []);
};

const callersOf = (statement: Statement, policy: Policy, env: Environment): OutsideCallers | undefined => {
  const actions = credentialActions.filter(action => actionTruth(statement, action).possible !== false);
  if (actions.length === 0) return undefined;
  const named = namedIn(statement, env.accountId);
  const base = { statement, passed: [], accounts: named.accounts, services: named.services };
  if (!named.isEveryone && named.undecided === undefined) return { ...base, strangers: 'no' };
  const [problem] = [...env.refusals, ...statement.problems];
  const undecided = problem?.message ?? named.undecided;
  if (undecided !== undefined) return { ...base, strangers: 'undecided', undecided };
  if (!actions.includes('sts:AssumeRole')) return { ...base, strangers: 'no' };
  const denies = policy.statements.filter(one => one.effect === 'Deny' && mayDenyStrangers(one));
  const answer = strangersPass(statement, denies, env);
  if (answer.strangers !== 'yes' || actionTruth(statement, 'sts:AssumeRole').certain === true)
    return { ...base, ...answer };
  return { ...base, strangers: 'undecided', undecided: 'what its action stands for is not documented' };
};

const mayDenyStrangers = (statement: Statement): boolean =>
  actionTruth(statement, 'sts:AssumeRole').possible !== false &&
  (statement.notPrincipal !== undefined || namedIn(statement, '').isEveryone);

interface Named {
  readonly isEveryone: boolean;
  readonly accounts: readonly string[];
  readonly services: readonly string[];
  readonly undecided?: string;
}

const namedIn = ({ principal, notPrincipal }: Statement, own: string): Named => {
  const none = { isEveryone: false, accounts: [], services: [] };
  if (notPrincipal) return { ...none, undecided: 'NotPrincipal is not supported in a trust policy' };
  if (!principal) return none;
  if (principal.kind === 'everyone') return { ...none, isEveryone: true };
  const valuesOf = (wanted: string): readonly string[] =>
    principal.entries.filter(({ type }) => type === wanted).map(({ value }) => value.text);
  const callers = valuesOf('AWS');
  const partial = callers.find(value => value !== '*' && /[*?]/.test(value));
  const accounts = callers
    .map(value => parseArn(value)?.accountId ?? value)
    .filter(id => /^\d{12}$/.test(id) && id !== own);
  return {
    isEveryone: callers.includes('*'),
    accounts: [...new Set(accounts)].sort(),
    services: valuesOf('Service'),
    ...(partial === undefined
      ? {}
      : { undecided: `a wildcard in a part of the principal ${partial} is not supported` }),
  };
};
