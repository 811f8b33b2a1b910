/** A way from the permissions of a role to more permissions: what it needs, and what it leads to. */
import type { ArnShape } from '../../policy.ts';

/** The kinds of pathfinding.cloud: the role changes its own permissions, becomes another principal, makes something new
 *  that runs as a role which it passes, or takes over something that runs as a role. */
type WayKind = 'self-escalation' | 'principal-access' | 'new-passrole' | 'existing-passrole';

/** Where an action must be allowed: on the role that asks, on the role that it becomes, on a policy of the account that
 *  or on some resource of these shapes (of each, where several are named). `everything`: the
 *  action has no kinds of resources. */
export type On =
  | 'self'
  | 'role'
  | 'policy-of-self'
  | 'boundary-of-self'
  | 'policy-of-role'
  | 'user'
  | 'group'
  | 'everything'
  | readonly (ArnShape | readonly ArnShape[])[];

/** One action that is needed. Actions on the same shape are needed on the same resource. */
export interface ActionNeed {
  readonly action: string;
  readonly on: On;
}

/** A way. */
export interface Way {
  /** Its id at pathfinding.cloud; words where it is not one of that catalogue. */
  readonly id: string;
  readonly kind: WayKind;
  readonly needs: readonly ActionNeed[];
  /** The services that run as the role: it must trust one of them, and is passed to it where `iam:PassRole` is needed. */
  readonly services?: readonly string[];
  /** It leads to the roles of the pods of a cluster of EKS. */
  readonly pods?: true;
  /** The role must be in an instance profile. */
  readonly inProfile?: true;
  /** It leads to a role that trusts the one that asks. */
  readonly assumes?: true;
  /** The way changes the permissions of the role that it leads to: they end only at its boundary. */
  readonly changes?: true;
  /** Something that must exist and is not read, in one clause: whether the way can be taken is open. */
  readonly depends?: string;
}
