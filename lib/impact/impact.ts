/** The damage if something is deleted: who loses which role, who depends on it today, and whether that is known. */
import type { IdentitySet } from '../model.ts';

/** Kinds of things that are asked about. */
export const impactKinds = ['provider', 'cluster', 'role', 'service-account'] as const;
export type ImpactKind = (typeof impactKinds)[number];

/** Somebody or something that depends on it today, as it was read. */
export interface Dependent {
  /** One sentence without its full stop. */
  readonly what: string;
  readonly roleArn?: string;
  readonly clusterArn?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  /** Running and pending pods. */
  readonly pods?: number;
  /** Their owners, `Deployment cart`. */
  readonly workloads?: readonly string[];
  /** Since when, as far as it is known, ISO 8601. */
  readonly since?: string;
  /** The last use that was seen, ISO 8601. */
  readonly lastAt?: string;
}

/** Something that was not read, or that cannot be decided, and behind which somebody may depend on it. */
export interface ImpactDoubt {
  readonly what: string;
  /** The option, the permission or the command that reads it; absent where nothing does. */
  readonly how?: string;
}

/** Who may assume one role today and could not afterwards. */
export interface Loss {
  readonly roleArn: string;
  readonly accountId: string;
  /** Exact sets, by the trust policy. */
  readonly loses: readonly IdentitySet[];
  /** There may be more: the policy has doubts, or exceeds the budget. */
  readonly isOpen?: true;
  /** By IAM; null: not used in the 400 days that IAM tracks; absent: not read. */
  readonly lastUsedAt?: string | null;
}

/** The answers. `not known` wherever something that was not read could depend on it. */
export type SafeToDelete = 'yes' | 'no' | 'not known';

/** The thing that is asked about, and where it lies. */
interface ImpactSubject {
  readonly kind: ImpactKind;
  readonly name: string;
  /** An ARN, or `<cluster ARN>/service-account/<namespace>/<name>`. */
  readonly id: string;
  readonly accountId: string;
  readonly region?: string;
}

/** The whole answer. */
export interface ImpactAnswer {
  readonly subject: ImpactSubject;
  /** Whether it can be deleted without that anybody loses a role. */
  readonly safeToDelete: SafeToDelete;
  /** Why, one sentence each; never empty. */
  readonly because: readonly string[];
  readonly losses: readonly Loss[];
  readonly users: readonly Dependent[];
  readonly doubts: readonly ImpactDoubt[];
  /** Who could get something that others have today, one sentence each. */
  readonly gains: readonly string[];
  /** The things to do first, one sentence each. */
  readonly first: readonly string[];
}

/** The parts of an answer before it is given. */
export interface Dependence {
  readonly users: readonly Dependent[];
  readonly doubts: readonly ImpactDoubt[];
}

/** Nothing depends on it, and nothing is open. */
export const noDependence: Dependence = { users: [], doubts: [] };

/** Several parts as one, each thing once. */
export const together = (...parts: readonly Dependence[]): Dependence => ({
  users: distinct(parts.flatMap(({ users }) => users)),
  doubts: distinct(parts.flatMap(({ doubts }) => doubts)),
});

const distinct = <T>(list: readonly T[]): readonly T[] => [
  ...new Map(list.map(one => [JSON.stringify(one), one])).values(),
];

/** The answer that follows: a user makes it no, else a doubt makes it not known. `closed`: why nobody depends on it,
 *  never empty. */
export const answerOf = (
  { users, doubts }: Dependence,
  closed: readonly string[],
): Pick<ImpactAnswer, 'safeToDelete' | 'because'> => {
  if (users.length > 0) return { safeToDelete: 'no', because: users.map(({ what }) => what) };
  if (doubts.length > 0) return { safeToDelete: 'not known', because: doubts.map(({ what }) => what) };
  return { safeToDelete: 'yes', because: closed };
};
