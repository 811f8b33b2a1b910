/** A cluster that a person names for a plan: by name, ARN, issuer or provider. */
import type { Facts } from '../../facts/facts.ts';
import { providerHostPath, stripScheme } from '../../model/arn.ts';
import { type End, endOf } from '../../plan/move/clusters.ts';
import { visible } from '../../text/visible-text.ts';
import { clusterNamed } from '../impact/impact-named.ts';
import { UsageError } from '../shell/io.ts';

/** The end that a text means. Throws `UsageError` for a name that no audited cluster has, and for a cluster without an issuer. */
export const endNamed = (what: string, name: string, all: readonly Facts[]): End => {
  const issuer = /^https:\/\/[^/\s]+\/\S+$/.test(name) ? stripScheme(name) : providerHostPath(name);
  if (issuer !== undefined) return endOf(issuer, all);
  const { cluster } = clusterNamed(what, name, all).snapshot;
  if (cluster.issuer === undefined)
    throw new UsageError(
      visible(`${what}: cluster ${cluster.name} has no issuer: service accounts of it cannot have roles by IRSA`),
    );
  return endOf(stripScheme(cluster.issuer), all);
};
