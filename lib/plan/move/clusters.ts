/** The two ends of a replacement: a cluster that goes, and the one that takes its place. */
import { clustersOf, type Facts } from '../../facts.ts';
import { type ClusterSnapshot, stripScheme } from '../../model.ts';

/** One end: its issuer, and the cluster where it is one of the audited accounts. */
export interface End {
  /** The name of the cluster, else its issuer. */
  readonly name: string;
  /** Without scheme. */
  readonly issuer: string;
  readonly cluster?: ClusterSnapshot;
}

/** Both ends. */
export interface ClusterMove {
  readonly from: End;
  readonly to: End;
}

/** The cluster with an issuer (without scheme), or the issuer alone where no audited account has it. */
export const endOf = (issuer: string, all: readonly Facts[]): End => {
  const cluster = all
    .flatMap(({ snapshot }) => clustersOf(snapshot))
    .find(one => stripScheme(one.cluster.issuer ?? '') === issuer);
  return cluster === undefined ? { name: issuer, issuer } : { name: cluster.cluster.name, issuer, cluster };
};
