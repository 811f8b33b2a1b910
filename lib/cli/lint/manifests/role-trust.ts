/** The trust policies of files, as the service accounts of the same files ask them. */
import { isRoleArn } from '../../../facts.ts';
import { roleNameOf } from '../../../model.ts';
import {
  type ConditionTest,
  decideOnly,
  type Policy,
  type Principal,
  type Statement,
  type WebIdentityRequest,
} from '../../../policy.ts';
import { given } from '../../../text.ts';
import { overlap } from '../fill-statement.ts';
import type { FoundPolicy } from '../found-policy.ts';
import { fillPolicy } from '../judge-policy.ts';
import { hasPlaceholder, templateOf } from '../placeholders.ts';
import { roleReferred } from '../references.ts';
import { homeIn, homeOf, issuersOfStatement, type RoleHome } from '../role-home.ts';
import { folderOf } from '../source-tree.ts';
import { roleForRules } from './names-for-rules.ts';
import type { FoundEntry } from './objects.ts';

/** A role of the files that an annotation may name. */
export interface RoleInFiles {
  readonly found: FoundPolicy;
  /** Its ARN as the rules may see it. */
  readonly arn: string;
  readonly home: RoleHome;
  /** The policy with its placeholders filled in. */
  readonly policy: Policy;
  /** The text behind each filling. */
  readonly names: readonly (readonly [string, string])[];
  /** The issuers that it names, with `https://`. */
  readonly issuers: readonly string[];
  /** The same policy as JSON. */
  readonly text: string;
}

/** The roles that an annotation may mean. */
export interface RolesMeant {
  readonly roles: readonly RoleInFiles[];
  /** The first role whose name is filled in later, and may be the one that it names. */
  readonly perhaps?: FoundPolicy;
  /** Those of them that may trust the service account. */
  readonly trusting: readonly RoleInFiles[];
  /** Why none of the files' roles is the one; undefined where one is, or where no role is for pods. */
  readonly elsewhere?: string;
}

/** The roles of files, by what a service account may name them by. */
export interface RolesInFiles {
  readonly byName: ReadonlyMap<string, readonly FoundPolicy[]>;
  /** By folder and address, for references within a Terraform module. */
  readonly byAddress: ReadonlyMap<string, readonly FoundPolicy[]>;
  /** Those that pods may assume and whose name is not written out. */
  readonly unnamed: readonly UnnamedRole[];
  /** The same by a subject that they name in full, and those that may trust others, too. */
  readonly bySubject: ReadonlyMap<string, readonly UnnamedRole[]>;
  readonly areForPods: boolean;
}

/** A role whose name is not written out. */
interface UnnamedRole {
  readonly found: FoundPolicy;
  readonly name: string;
  readonly home: RoleHome;
  /** Patterns of the subjects that it may trust. */
  readonly subjects: readonly string[];
}

const unnamedRole = (found: FoundPolicy): UnnamedRole => ({
  found,
  name: templateOf(found.roleName ?? '*'),
  home: homeOf(found.policy, found.text, {}),
  subjects: [...new Set(subjectsIn(found))],
});

const subjectsIn = ({ policy, loose = { policy, text: '' }, isPartial }: FoundPolicy): readonly string[] => {
  if (isPartial || !policy.ok || !loose.policy.ok) return ['*'];
  return [...policy.policy.statements, ...loose.policy.policy.statements].flatMap(({ conditions }) => {
    const isTest = ({ key, operator }: ConditionTest): boolean =>
      /:sub$/i.test(key.text) && /^String(?:Equals|Like)$/i.test(operator);
    return conditions.find(isTest)?.values.map(({ text }) => templateOf(text)) ?? ['*'];
  });
};

const anySubject = '*';

/** The roles by a subject that they name in full; those with another one by `anySubject`, too. */
const bySubject = (all: readonly UnnamedRole[]): RolesInFiles['bySubject'] => {
  const keyOf = (subject: string): string => (/[*?]/.test(subject) ? anySubject : subject);
  const pairs = all.flatMap(one => [...new Set(one.subjects.map(keyOf))].map(key => ({ key, one })));
  return new Map([...Map.groupBy(pairs, ({ key }) => key)].map(([key, some]) => [key, some.map(({ one }) => one)]));
};

const addressIn = (file: string, owner: string): string => JSON.stringify([folderOf(file), owner]);

/** The roles of the files. */
export const rolesInFiles = (policies: readonly FoundPolicy[]): RolesInFiles => {
  const isNamed = ({ roleName }: FoundPolicy): boolean => roleName !== undefined && !hasPlaceholder(roleName);
  const named = policies.filter(isNamed);
  const forPods = policies.filter(({ text }) => /system:serviceaccount|oidc[-.]|OpenIdConnect/i.test(text));
  const unnamed = forPods.filter(one => !isNamed(one) && !one.isCopied).map(unnamedRole);
  return {
    unnamed,
    bySubject: bySubject(unnamed),
    areForPods: forPods.length > 0,
    byName: Map.groupBy(named, ({ roleName = '' }) => roleName),
    byAddress: Map.groupBy(policies, ({ file, owner, address = owner }) => addressIn(file, address)),
  };
};

/** The roles that an annotation may mean: the one that it refers to, else those of its name, without those that are plainly
 *  of another account. `subject` is a pattern of the subjects that its service account may have. */
export const rolesFor = (
  { value, ofRole = roleReferred(value) }: FoundEntry,
  file: string,
  roles: RolesInFiles,
  subject = anySubject,
): RolesMeant => {
  const name = roleNameOf(value);
  const found =
    ofRole === undefined ? (roles.byName.get(name) ?? []) : (roles.byAddress.get(addressIn(file, ofRole)) ?? []);
  const { accountId } = homeIn(value);
  const isOwn = (one: FoundPolicy, home?: RoleHome): boolean => mayBeOf(accountId, one, home);
  const meant = found.filter(one => isOwn(one)).flatMap(one => readRole(one, value));
  if (meant.length > 0 || ofRole !== undefined || hasPlaceholder(value) || !isRoleArn(value))
    return { roles: meant, trusting: [] };
  const isPerhaps = (one: UnnamedRole): boolean => overlap(one.name, name) && isOwn(one.found, one.home);
  const perhaps = roles.unnamed.find(isPerhaps)?.found;
  const asked = /[*?]/.test(subject)
    ? roles.unnamed
    : [subject, anySubject].flatMap(one => roles.bySubject.get(one) ?? []);
  const trusting = asked
    .filter(one => one.subjects.some(text => overlap(text, subject)) && isPerhaps(one))
    .flatMap(one => readRole(one.found, value));
  const elsewhere =
    found.length > 0
      ? `it is of account ${accountId}, and the one of its name in these files is of another account`
      : roles.areForPods
        ? 'it is in none of these files'
        : undefined;
  return { roles: [], trusting, ...given({ perhaps, elsewhere }) };
};

const mayBeOf = (
  account: string | undefined,
  { policy, text }: FoundPolicy,
  home: RoleHome = homeOf(policy, text, {}),
): boolean => {
  const { accountId, isAccountOpen } = home;
  return account === undefined || isAccountOpen || accountId === account || text.includes(`:${account}:`);
};

const readRole = (found: FoundPolicy, value: string): readonly RoleInFiles[] => {
  const home = homeOf(found.policy, found.text, homeIn(value));
  const { arn, names } = roleForRules(value, home);
  const { policy, filled } = fillPolicy(found.policy, home);
  if (!policy.ok) return [];
  const { statements } = policy.policy;
  return [
    {
      found,
      arn,
      home,
      policy: policy.policy,
      names: [...names, ...filled.flatMap(one => [...(one?.names ?? [])])],
      issuers: [...new Set(statements.flatMap(issuersOfStatement))],
      text: jsonOf(policy.policy),
    },
  ];
};

/** True where some filling of the placeholders may allow a request whose subject matches a pattern: a test that one filling
 *  passes is passed, and a Deny that one filling escapes denies nothing. */
export const mayTrust = ({ found, home }: RoleInFiles, request: WebIdentityRequest, subject: string): boolean => {
  const parsed = (found.loose ?? found).policy;
  const { policy: filled } = fillPolicy(parsed, home);
  if (found.isPartial || !parsed.ok || !filled.ok) return true;
  const { policy } = filled;
  const written = parsed.policy.statements;
  const issuers = new Set([request.issuer, ...policy.statements.flatMap(issuersOfStatement)]);
  const possible = policy.statements.flatMap((statement, index): Statement | readonly [] => {
    const tests = statement.conditions.map((test, at) => possibleTest(test, written[index]?.conditions[at], subject));
    if (tests.every(test => test === statement.conditions[tests.indexOf(test)])) return statement;
    return statement.effect === 'Deny' ? [] : { ...statement, conditions: tests.filter(test => test !== 'passed') };
  });
  return [...issuers].some(
    issuer => decideOnly({ ...policy, statements: possible }, { ...request, issuer }) !== 'deny',
  );
};

/** `passed` for a test that some filling passes; the test itself where nothing in it is open, or no filling does. */
const possibleTest = (
  test: ConditionTest,
  written: ConditionTest | undefined,
  subject: string,
): ConditionTest | 'passed' => {
  // Where the subject is open, only a subject that cannot match is certain.
  const isOfSubject = /:(?:sub|aud)$/i.test(test.key.text) && subject.includes('*');
  const isOpen = isOfSubject || written?.values.some(({ text }) => hasPlaceholder(text)) === true;
  if (!isOpen) return test;
  const isNegative = /:?(?:String|Arn)Not/i.test(test.operator);
  if (/:aud$/i.test(test.key.text)) return 'passed';
  const asked = /:sub$/i.test(test.key.text) ? subject : '*';
  const isPossible = (written ?? test).values.some(({ text }) => overlap(templateOf(text), asked));
  return isNegative || isPossible ? 'passed' : test;
};

const jsonOf = ({ version, statements }: Policy): string =>
  JSON.stringify({
    Version: version,
    Statement: statements.map(({ sid, effect, principal, notPrincipal, actions, notActions, conditions }) => ({
      Sid: sid,
      Effect: effect,
      Principal: principal && principalOf(principal),
      NotPrincipal: notPrincipal && principalOf(notPrincipal),
      Action: actions?.map(({ text }) => text),
      NotAction: notActions?.map(({ text }) => text),
      Condition: conditions.length === 0 ? undefined : conditionOf(conditions),
    })),
  });

const principalOf = (principal: Principal): unknown =>
  principal.kind === 'everyone' ? '*' : mapOf(principal.entries.map(({ type, value }) => [type, [value.text]]));

const conditionOf = (tests: readonly ConditionTest[]): unknown =>
  Object.fromEntries(
    [...Map.groupBy(tests, ({ operator }) => operator)].map(([operator, same]) => [
      operator,
      mapOf(same.map(({ key, values }) => [key.text, values.map(({ text }) => text)])),
    ]),
  );

const mapOf = (entries: readonly (readonly [string, readonly string[]])[]): unknown =>
  Object.fromEntries(
    [...Map.groupBy(entries, ([key]) => key)].map(([key, same]) => [key, same.flatMap(([, values]) => values)]),
  );
