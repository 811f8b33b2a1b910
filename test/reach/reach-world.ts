/** Small accounts for the levels of roles. */

import { actionTable } from '../../lib/collect/iam/action-table.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete, notAskedFor } from '../../lib/model/collected.ts';
import type { RoleLevel } from '../../lib/model/role-level.ts';
import type { RolePermissions } from '../../lib/model/role-permissions.ts';
import type { ReachFacts } from '../../lib/reach/account-roles.ts';
import { levelsOf } from '../../lib/reach/levels-of.ts';
import { whole } from '../support/whole/whole.ts';

export const account = '111122223333';
export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
export const policyArn = (name: string): string => `arn:aws:iam::${account}:policy/${name}`;
export const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** A statement of a policy, Allow unless it says otherwise. */
export type StatementText = Readonly<Record<string, unknown>>;

export const policyOf = (...statements: readonly StatementText[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map(one => ({ Effect: 'Allow', ...one })) });

export const everything = policyOf({ Action: '*', Resource: '*' });

/** A role of a small account. */
export interface SmallRole {
  readonly name: string;
  readonly path?: string;
  /** Principals of its trust policy: `Service: lambda.amazonaws.com`. */
  readonly trusts: Readonly<Record<string, string | readonly string[]>>;
  readonly condition?: Readonly<Record<string, unknown>>;
  /** `trusts` are those that it does not trust. */
  readonly isNotPrincipal?: boolean;
  readonly inline?: readonly string[];
  readonly attached?: readonly string[];
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly inProfile?: boolean;
  /** Its trust policy, in place of the one that the fields above make. */
  readonly trustPolicy?: string;
  /** Its policies were not read. */
  readonly isUnread?: boolean;
}

export interface SmallAccount {
  readonly roles: readonly SmallRole[];
  /** Texts of managed policies, by ARN. */
  readonly policies?: Readonly<Record<string, string>>;
  readonly controls?: readonly (readonly string[])[];
}

const oidc = `arn:aws:iam::${account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${'A'.repeat(32)}`;

/** Trust of pods. */
export const byPods = { Federated: oidc };

const trustOf = ({ trusts, condition, isNotPrincipal = false }: SmallRole): string =>
  policyOf({
    [isNotPrincipal ? 'NotPrincipal' : 'Principal']: trusts,
    Action: 'Federated' in trusts ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole',
    ...(condition === undefined ? {} : { Condition: condition }),
  });

const roleOf = (one: SmallRole): Role => ({
  arn: roleArn(one.name),
  name: one.name,
  path: one.path ?? '/',
  trustPolicy: one.trustPolicy ?? trustOf(one),
  detail: notAskedFor('iam:GetAccountAuthorizationDetails'),
});

const heldBy = (one: SmallRole): RolePermissions => ({
  inline: (one.inline ?? []).map((document, at) => ({ name: `inline-${at}`, document })),
  attached: one.attached ?? [],
  ...(one.boundary === undefined ? {} : { boundary: one.boundary }),
  tags: one.tags ?? {},
  instanceProfiles: one.inProfile ? [`arn:aws:iam::${account}:instance-profile/${one.name}`] : [],
});

const factsOfSmall = ({ roles, policies, controls }: SmallAccount): ReachFacts => ({
  accountId: account,
  partition: 'aws',
  now: '2026-11-01T06:00:00Z',
  roles: roles.map(roleOf),
  isComplete: true,
  texts: {
    roles: Object.fromEntries(roles.flatMap(one => (one.isUnread ? [] : [[roleArn(one.name), heldBy(one)] as const]))),
    policies: Object.fromEntries(
      Object.entries({ [administratorAccess]: everything, ...policies }).map(([arn, text]) => [arn, complete(text)]),
    ),
  },
  ...(controls === undefined
    ? {}
    : { controls: controls.map((list, at) => list.map((document, of) => ({ name: `p-${at}-${of}`, document }))) }),
});

const table = await actionTable();

/** The level of the role `app` of an account. */
export const levelOfApp = (small: SmallAccount): RoleLevel => {
  const level = levelsOf([roleArn('app')], factsOfSmall(small), table)[roleArn('app')];
  if (level === undefined) throw new Error('the account has no role app');
  return level;
};

/** The same, all of it compared with the golden file of the test. */
export const wholeLevelOfApp: typeof levelOfApp = small => {
  const level = levelOfApp(small);
  whole('level', [JSON.stringify(level)]);
  return level;
};
