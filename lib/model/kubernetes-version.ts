/** The minor version of a Kubernetes version such as `v1.29.4-eks-036c24b`; undefined for another form. */
export const minorOf = (version: string): number | undefined => {
  const match = /^v?1\.(\d+)/.exec(version);
  return match ? Number(match[1]) : undefined;
};

/** The first minor version in which the kubelet lets the user of a container read a projected token (docs/facts.md §C.3). */
export const firstWithReadableToken = 19;
