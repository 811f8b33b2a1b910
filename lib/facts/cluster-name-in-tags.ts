/** Tags in which tools write the name of the cluster that a provider or role was made for. */
const nameTags = ['alpha.eksctl.io/cluster-name', 'eksctl.cluster.k8s.io/v1alpha1/cluster-name', 'eks:cluster-name'];

/** The name of the cluster that a provider or role was made for, as far as its tags tell. */
export const clusterNameInTags = (tags: Readonly<Record<string, string>> = {}): string | undefined => {
  for (const tag of nameTags) if (tags[tag] !== undefined) return tags[tag];
  const owned = Object.keys(tags).find(tag => tag.startsWith('kubernetes.io/cluster/'));
  // The Terraform module names its provider "<cluster>-eks-irsa".
  return owned?.slice('kubernetes.io/cluster/'.length) ?? /^(.+)-eks-irsa$/.exec(tags.Name ?? '')?.[1];
};
