/** The trust policies of files, as the service accounts of the same files ask them. */
import { dirname } from 'node:path/posix';
import { parseArn, providerHostPath, roleNameOf } from '../../../model/arn.ts';
import { decide } from '../../../policy/decide/decide.ts';
import type { WebIdentityRequest } from '../../../policy/decide/request.ts';
import type { ConditionTest, Policy, Principal } from '../../../policy/parse/policy.ts';
import { issuersOfStatement } from '../fill-statement.ts';
import type { FoundPolicy } from '../found-policy.ts';
import { fillPolicy } from '../judge-policy.ts';
import { hasPlaceholder, templateOf } from '../placeholders.ts';
import type { FoundEntry } from './objects.ts';

/** A role of the files that an annotation may name. */
export interface RoleInFiles {
  readonly found: FoundPolicy;
  /** The policy with its placeholders filled in. */
  readonly policy: Policy;
  /** The text behind each filling. */
  readonly names: readonly (readonly [string, string])[];
  /** The issuers that it names, with `https://`. */
  readonly issuers: readonly string[];
  /** The same policy as JSON. */
  readonly text: string;
}

/** The roles of files, by what a service account may name them by. */
export interface RolesInFiles {
  readonly byName: ReadonlyMap<string, readonly FoundPolicy[]>;
  /** By folder and address, for references within a Terraform module. */
  readonly byAddress: ReadonlyMap<string, readonly FoundPolicy[]>;
}

const addressIn = (file: string, owner: string): string => JSON.stringify([folderOf(file), owner]);

/** The folder of a file. */
export const folderOf = (file: string): string => dirname(file.replaceAll('\\', '/'));

/** The roles of the files. */
export const rolesInFiles = (policies: readonly FoundPolicy[]): RolesInFiles => {
  const named = policies.filter(({ roleName }) => roleName !== undefined && !hasPlaceholder(roleName));
  return {
    byName: Map.groupBy(named, ({ roleName = '' }) => roleName),
    byAddress: Map.groupBy(policies, ({ file, owner, address = owner }) => addressIn(file, address)),
  };
};

/** The roles that an annotation may mean: the one that it refers to, else those of its name, without those that are plainly
 *  of another account. */
export const rolesFor = (
  { value, ofRole }: FoundEntry,
  file: string,
  { byName, byAddress }: RolesInFiles,
): readonly RoleInFiles[] => {
  if (ofRole !== undefined) return (byAddress.get(addressIn(file, ofRole)) ?? []).flatMap(readRole);
  const account = parseArn(value)?.accountId;
  return (byName.get(roleNameOf(value)) ?? []).filter(found => mayBeOf(account, found)).flatMap(readRole);
};

const mayBeOf = (account: string | undefined, { policy }: FoundPolicy): boolean => {
  const accounts = (policy.ok ? policy.policy.statements : [])
    .flatMap(({ principal }) => (principal?.kind === 'typed' ? principal.entries : []))
    .filter(({ value }) => providerHostPath(value.text) !== undefined)
    .flatMap(({ value }) => parseArn(value.text)?.accountId ?? [])
    .filter(id => /^\d{12}$/.test(id));
  return accounts.length === 0 || accounts.some(id => id === account);
};

const readRole = (found: FoundPolicy): readonly RoleInFiles[] => {
  const { policy, filled } = fillPolicy(found.policy);
  if (!policy.ok) return [];
  const { statements } = policy.policy;
  return [
    {
      found,
      policy: policy.policy,
      names: filled.flatMap(one => [...(one?.names ?? [])]),
      issuers: [...new Set(statements.flatMap(issuersOfStatement))],
      text: jsonOf(policy.policy),
    },
  ];
};

/** True where some filling of the placeholders may allow a request: the policy with a pattern for each of them. */
export const mayTrust = ({ found, policy }: RoleInFiles, request: WebIdentityRequest): boolean => {
  if (found.isPartial || !found.policy.ok) return true;
  const written = found.policy.policy.statements;
  const statements = policy.statements.map((statement, at) => ({
    ...statement,
    conditions: statement.conditions.map((test, index) => widened(test, written[at]?.conditions[index])),
  }));
  return decide({ ...policy, statements }, request).decision !== 'deny';
};

/** A test whose values may be anything that their placeholders allow. */
const widened = (test: ConditionTest, written: ConditionTest | undefined): ConditionTest => {
  if (!written?.values.some(({ text }) => hasPlaceholder(text))) return test;
  return {
    ...test,
    operator: test.operator.replace(/^(.*:)?String(?:Equals|Like)(?:IgnoreCase)?/i, '$1StringLike'),
    values: written.values.map(value => ({ ...value, text: templateOf(value.text) })),
  };
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
