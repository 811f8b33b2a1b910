import type { Level } from '../../model.ts';

/** Why a service account stands in an answer as it does in its cluster: it has the role in its annotation, it is there
 *  without it, or it is not there. */
export const accountStates = ['annotated', 'present', 'absent'] as const;
type AccountState = (typeof accountStates)[number];

/** Who may assume one role: a service account, all that match a pattern, or another principal. */
export interface AccessRow {
  readonly roleArn: string;
  /** Of service accounts: their cluster. */
  readonly clusterArn?: string;
  /** By EKS Pod Identity: the association of a service account. */
  readonly byPodIdentity?: true;
  /** Of another principal: how it is called. */
  readonly principal?: string;
  /** Of another principal: whether somebody outside of the zone of trust can, and who for example; absent where that is
   *  closed. */
  readonly outside?: 'open' | 'may-be';
  readonly witness?: string;
  /** Of one service account: where it lies and what it is called. */
  readonly namespace?: string;
  readonly serviceAccount?: string;
  /** Of several: the pattern of their subjects, `*` for every service account of the cluster, without what matches
   *  `except`. */
  readonly pattern?: string;
  readonly except?: readonly string[];
  /** `unknown`: they may be able to, and `because` says what is not known. */
  readonly decision: 'allow' | 'unknown';
  readonly because?: string;
  /** Of one service account; absent where those of the cluster were not read. */
  readonly state?: AccountState;
  /** Of several: how many there are now; absent where they were not read. */
  readonly members?: number;
}

/** The level of one role. */
export interface LevelRow {
  readonly roleArn: string;
  readonly level: Level;
  /** The level as a clause after the role's name, with the statement or the way that shows it. */
  readonly says: string;
  /** The stronger level that it may have, and why it is open. */
  readonly open?: string;
  readonly openLevel?: Level;
}

/** Who may assume what, as trust policies, providers and control policies decide it. Findings and waivers have no say in it. */
export interface AccessTable {
  readonly rows: readonly AccessRow[];
  /** The unread parts, one sentence each: the table may be missing rows for them. */
  readonly missing: readonly string[];
  /** The levels of roles, the strongest first; absent where they were not asked for. */
  readonly levels?: readonly LevelRow[];
  /** The service control policies over some of their accounts were not read: a level may be less. */
  readonly areUpperBounds?: true;
}
