/** Edits of one cluster of a snapshot: what a plan foresees. */
import {
  type AccountSnapshot,
  type ClusterPlace,
  type ClusterSnapshot,
  type Collected,
  type KubernetesFacts,
  mapSection,
  notAskedFor,
} from '../../model.ts';

/** Stands for what is read again afterwards: the plan cannot foresee it. */
export const later = notAskedFor<never>('a run after the step', 'what the step leads to is read afterwards');

/** The snapshot with one cluster edited: by its ARN, or by its name where a kubeconfig alone knows it. */
export const onCluster = (
  snapshot: AccountSnapshot,
  { arn, name }: Pick<ClusterPlace, 'arn' | 'name'>,
  edit: (cluster: ClusterSnapshot) => ClusterSnapshot,
): AccountSnapshot => ({
  ...snapshot,
  regions: snapshot.regions.map(({ region, clusters }) => ({
    region,
    clusters: mapSection(clusters, list =>
      list.map(one => ((arn === undefined ? one.cluster.name === name : one.cluster.arn === arn) ? edit(one) : one)),
    ),
  })),
});

/** The snapshot with the inside of one cluster edited, as far as it was read. */
export const onInside = (
  snapshot: AccountSnapshot,
  place: Pick<ClusterPlace, 'arn' | 'name'>,
  edit: (inside: KubernetesFacts) => KubernetesFacts,
): AccountSnapshot =>
  onCluster(snapshot, place, one => ({
    ...one,
    kubernetes: mapSection(one.kubernetes, edit) satisfies Collected<KubernetesFacts>,
  }));
