/** Whether a role of an account trusts a service, or another role of the account. */
import {
  actionTruth,
  anyOf,
  type Caller,
  environmentOf,
  grantOf,
  type KeyChoice,
  maybe,
  namesPrincipal,
  no,
  noIssuer,
  type Policy,
  type PrincipalEntry,
  run,
  serviceCaller,
  sessionChoice,
  sessionSeconds,
  trustPolicyOf,
  valueOnly,
  yes,
} from '../policy.ts';
import { poolsTrusted, type ReachRole } from './account-roles.ts';

/** The answer of a trust policy: `named` where it names the role itself, which then needs no permission of its own to
 *  assume it (IAM User Guide, policy evaluation within one account). */
type Trust =
  | { readonly verdict: 'trusted'; readonly isNamed: boolean }
  | { readonly verdict: 'open'; readonly isNamed: boolean; readonly because: string }
  | { readonly verdict: 'refused' };

const refused: Trust = { verdict: 'refused' };

/** Whether a role trusts a service. */
export const trustsService = (target: ReachRole, service: string): Trust =>
  poolsTrusted(target.role).includes(service)
    ? { verdict: 'open', isNamed: false, because: 'which identity pools it trusts is not compared' }
    : trustOf(target, [serviceCaller(service), serviceCaller(`${service}.cn`)]);

/** Whether a role trusts another role of the account, which asks by `sts:AssumeRole`. */
export const trustsRole = (target: ReachRole, caller: ReachRole): Trust =>
  trustOf(target, [roleCaller(target, caller)], caller.role.arn);

const trustOf = ({ role, asking, held }: ReachRole, callers: readonly Caller[], arn = ''): Trust => {
  const read = trustPolicyOf(role);
  if (!read.ok) return { verdict: 'open', isNamed: false, because: 'its trust policy cannot be read' };
  const { policy } = read;
  let best: Trust = refused;
  for (const statement of policy.statements.filter(({ effect }) => effect !== 'Deny'))
    for (const caller of callers) {
      if (actionTruth(statement, caller.action).possible === false || !mayConcern(statement, caller, policy)) continue;
      const context = { roleArn: role.arn, issuer: noIssuer, audience: '', roleTags: held.tags, now: asking.now };
      const grant = grantOf(statement, policy, caller, environmentOf(context, policy), asking.budget);
      const isNamed = namesPrincipal(statement, arn);
      if (grant.truth.certain === true) {
        if (isNamed || arn === '') return { verdict: 'trusted', isNamed };
        best = { verdict: 'trusted', isNamed };
      }
      const because = grant.doubts.map(one => one.because).join('; ');
      if (grant.truth.possible !== false && best.verdict === 'refused') best = { verdict: 'open', isNamed, because };
    }
  return best;
};

/** Most statements of an account name other principals: they are left before their conditions are looked at. */
const mayConcern = (
  { principal, notPrincipal }: Policy['statements'][number],
  caller: Caller,
  policy: Policy,
): boolean => {
  if (notPrincipal !== undefined || principal?.kind !== 'typed') return true;
  const env = environmentOf({ roleArn: '', issuer: noIssuer, audience: '' }, policy);
  return principal.entries.some(entry => caller.principal(entry, env) !== no);
};

/** The root of an account stands for all of its principals. */
const standsFor = ({ type, value: { text } }: PrincipalEntry, { asking: { session }, role }: ReachRole) => {
  if (type !== 'AWS') return no;
  const { accountId, partition } = session;
  const account = [accountId, `arn:${partition}:iam::${accountId}:root`];
  if (text === '*' || text === role.arn || account.includes(text)) return yes;
  // The session's own name is the pod's to choose.
  const sessions = `arn:${partition}:sts::${accountId}:assumed-role/${role.name}/`;
  return text.startsWith(sessions) ? maybe : no;
};

const anyName: KeyChoice = anyOf([run(/[\w+=,.@-]/, 2, 64)]);
const ofAssume: ReadonlyMap<string, KeyChoice> = new Map([
  ['sts:externalid', anyOf([run(/[\w+=,.@:/-]/, 2)])],
  ['sts:rolesessionname', anyName],
  ['sts:sourceidentity', anyName],
  ['sts:transitivetagkeys', anyOf([run(/[ -~]/, 1)])],
  ['sts:durationseconds', sessionSeconds],
]);

const roleCaller = (target: ReachRole, caller: ReachRole): Caller => ({
  action: 'sts:AssumeRole',
  principal: entry => standsFor(entry, caller),
  everyone: yes,
  choice: (name, env) => {
    if (name === 'aws:principalarn') return valueOnly(caller.role.arn, 'it is the role');
    return sessionChoice(
      name,
      caller.asking.session,
      { action: 'sts:AssumeRole', tags: target.held.tags, keys: ofAssume },
      env,
    );
  },
});

/** The keys of a request to assume a role. */
export const assumeKeys: ReadonlyMap<string, KeyChoice> = ofAssume;
