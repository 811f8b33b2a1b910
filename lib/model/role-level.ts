/** The level of a role: the most that its permissions let whoever holds its credentials do. Made by `lib/reach`. */

/** Levels, the strongest first. */
export const roleLevels = [
  'administrator',
  'can-become-administrator',
  'can-become-role',
  'reads-secrets',
  'changes-data',
  'reads-data',
  'little',
  'unknown',
] as const;
export type Level = (typeof roleLevels)[number];

/** The statement of a policy by which something is allowed. */
export interface AllowedBy {
  /** The name of an inline policy, or the ARN of a managed one. */
  readonly policy: string;
  /** `Sid` if there is one, else `Statement[<index>]`. */
  readonly statement: string;
  /** The action that it allows, and on which resource: an ARN, a pattern of ARNs, or `*`. */
  readonly action: string;
  readonly resource: string;
}

/** A way from the permissions of a role to more (`lib/reach/ways/way.ts`). */
export interface WayTaken {
  /** The id of the way at pathfinding.cloud: `iam-005`; words where it is not one of that catalogue: `new-role-attach`. */
  readonly way: string;
  /** The ARN of the role that is changed, passed or assumed; absent where that is no role of the account. */
  readonly role?: string;
  /** One entry for each action that the way needs, in its order. */
  readonly steps: readonly AllowedBy[];
  /** Set where it is open whether the way can be taken: a condition, or something that was not read, in one clause. */
  readonly depends?: string;
}

/** A stronger level that a role may have: why it is open, in one clause. */
export interface OpenLevel {
  readonly level: Exclude<Level, 'little' | 'unknown'>;
  readonly because: string;
  readonly way?: WayTaken;
}

/** The level that is certain, and with `mayBe` the strongest level above it that is not excluded. `unknown`: its policies
 *  were not read, which is never harmless. */
export type RoleLevel = (
  | { readonly level: 'administrator'; readonly shown: AllowedBy }
  /** `through`: the ARNs of the roles on the way, the last of which is an administrator, or is made one. */
  | { readonly level: 'can-become-administrator'; readonly way: WayTaken; readonly through?: readonly string[] }
  /** `roles` are some of the `count` roles, by ARN. */
  | {
      readonly level: 'can-become-role';
      readonly way: WayTaken;
      readonly roles: readonly string[];
      readonly count: number;
    }
  | { readonly level: 'reads-secrets' | 'changes-data' | 'reads-data'; readonly shown: AllowedBy }
  | { readonly level: 'little' }
  | { readonly level: 'unknown'; readonly because: string; readonly isAsked: boolean }
) & { readonly mayBe?: OpenLevel };

/** True for a role that is an administrator for certain, or can become one. */
export const isAdministrative = ({ level }: Pick<RoleLevel, 'level'>): boolean =>
  level === 'administrator' || level === 'can-become-administrator';
