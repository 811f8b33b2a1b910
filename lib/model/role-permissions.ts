/** The permissions of an account's roles, as IAM holds them: the part of a snapshot that levels of roles are made of. */
import type { Collected } from './collected.ts';
import type { RoleLevel } from './role-level.ts';

/** A policy that a role holds itself. */
interface InlinePolicy {
  readonly name: string;
  /** Its text, URL-decoded. */
  readonly document: string;
}

/** The permissions of one role as IAM holds them. */
export interface RolePermissions {
  readonly inline: readonly InlinePolicy[];
  /** ARNs of managed policies: their texts stand once, in `policies` of the account. */
  readonly attached: readonly string[];
  /** The ARN of the managed policy that bounds it, if one does. */
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARNs of the instance profiles that hold it. */
  readonly instanceProfiles: readonly string[];
}

/** The policies of roles, as they were read. A role that is not in a complete section does not exist; in a partial one it
 *  was not read. */
export interface PolicyTexts {
  /** By the ARN of the role. */
  readonly roles: Readonly<Record<string, RolePermissions>>;
  /** The text of the default version of every managed policy that one of these roles has attached or as boundary, by its
   *  ARN. */
  readonly policies: Readonly<Record<string, Collected<string>>>;
}

/** The permissions and levels of an account's roles. `roles` and `policies` are kept of those that pods can assume; the levels are
 *  made of all roles when the account is read. */
export interface AccountPermissions extends PolicyTexts {
  /** By the ARN of the role: those that pods or nodes can have. */
  readonly levels: Readonly<Record<string, RoleLevel>>;
  /** Service control policies were read, and the levels are under them; absent: each level is an upper bound. */
  readonly isUnderControls?: true;
  /** The role in each instance profile, by the ARN of the profile. */
  readonly profiles?: Readonly<Record<string, string>>;
}
