/** The roles of an account that were made for one service account: their trust policies name it in full. */
import { type AccountSnapshot, isKeptByAws, type Role, valueOr } from '../model.ts';
import { accountOfSubject, trustPolicyOf } from '../policy.ts';
import type { Facts } from './facts.ts';
import { trustQuestion } from './trust-question.ts';

/** The roles that a person can give to pods: not those that a service or IAM Identity Center keeps. */
export const rolesToOffer = ({ roles }: Pick<AccountSnapshot, 'roles'>): readonly Role[] =>
  valueOr(roles, []).filter(({ arn }) => !isKeptByAws(arn));

/** By list of roles: every service account of every cluster asks. */
const bySnapshot = new WeakMap<object, NamedRoles>();

/** ARNs of roles by the subjects that they name. */
type NamedRoles = ReadonlyMap<string, readonly { readonly arn: string }[]>;

/** Roles by the subjects of service accounts that a condition value of their policies is. */
const rolesBySubject = (snapshot: Pick<AccountSnapshot, 'roles'>): NamedRoles => {
  const known = bySnapshot.get(snapshot.roles);
  if (known) return known;
  const named = rolesToOffer(snapshot).flatMap(role =>
    [...subjectsNamedBy(role)].map(subject => ({ subject, arn: role.arn })),
  );
  const index = Map.groupBy(named, ({ subject }) => subject);
  bySnapshot.set(snapshot.roles, index);
  return index;
};

const subjectsNamedBy = (role: Role): ReadonlySet<string> => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return new Set();
  const values = parsed.policy.statements.flatMap(({ conditions }) => conditions.flatMap(test => test.values));
  return new Set(values.map(({ text }) => text).filter(text => accountOfSubject(text) !== undefined));
};

/** True where a role of the account names the subject, whatever it says of it. */
export const isNamedByRole = (subject: string, snapshot: Pick<AccountSnapshot, 'roles'>): boolean =>
  rolesBySubject(snapshot).has(subject);

/** A service account that asks: the subject and audience of its tokens, and their issuer with `https://`. */
interface Asking {
  readonly subject: string;
  readonly audience: string;
  readonly issuer: string;
}

/** ARNs of the roles of the audited account that name the subject and allow it now, and not any other name beside it: a
 *  role for a whole namespace was made for nobody in particular. */
export const rolesMadeFor = ({ subject, audience, issuer }: Asking, facts: Facts): readonly string[] =>
  (rolesBySubject(facts.snapshot).get(subject) ?? [])
    .map(({ arn }) => arn)
    .filter(arn => {
      const decisionOn = (asked: string) => trustDecision(arn, { subject: asked, audience, issuer }, facts);
      return decisionOn(subject) === 'allow' && decisionOn(`${subject}-and-another`) === 'deny';
    });

/** Whether a role trusts who asks; `unknown` also where its policy was not read. */
export const trustDecision = (
  roleArn: string,
  { subject, audience, issuer }: Asking,
  facts: Facts,
): 'allow' | 'deny' | 'unknown' => {
  const question = trustQuestion({ roleArn, issuer, subject }, facts);
  return question.status === 'ready' ? question.ask(audience).decision : 'unknown';
};
