/** A cluster that a person names for a plan: by name, ARN, issuer or provider. */

import { clustersOf, type Facts } from '../../facts.ts';
import { providerHostPath, stripScheme, valueOr } from '../../model.ts';
import { type End, endOf } from '../../plan/move/clusters.ts';
import { visible } from '../../text.ts';
import { placeNamed } from '../impact/impact-named.ts';
import { UsageError } from '../shell/io.ts';

/** The end that a text means. Throws `UsageError` for a name that no audited cluster has, and for a cluster without an issuer. */
export const endNamed = (what: string, name: string, all: readonly Facts[]): End => {
  const issuer = /^https:\/\/[^/\s]+\/\S+$/.test(name) ? stripScheme(name) : providerHostPath(name);
  if (issuer !== undefined) {
    const other = spelledOtherwise(issuer, all);
    if (other === undefined) return endOf(issuer, all);
    throw new UsageError(
      visible(`${what}: nothing has the issuer "${name}" to the letter; did you mean https://${other}?`),
    );
  }
  const { cluster } = placeNamed(what, name, all).snapshot;
  if (cluster.issuer === undefined)
    throw new UsageError(
      visible(`${what}: cluster ${cluster.name} has no issuer: service accounts of it cannot have roles by IRSA`),
    );
  return endOf(stripScheme(cluster.issuer), all);
};

/** An issuer that was read and differs in case or in a slash at the end alone: tokens and providers name it to the letter. */
const spelledOtherwise = (issuer: string, all: readonly Facts[]): string | undefined => {
  const read = all.flatMap(({ snapshot }) => [
    ...clustersOf(snapshot).flatMap(({ cluster }) => (cluster.issuer === undefined ? [] : stripScheme(cluster.issuer))),
    ...valueOr(snapshot.providers, []).flatMap(({ arn }) => providerHostPath(arn) ?? []),
  ]);
  const plain = (text: string): string => text.toLowerCase().replace(/\/+$/, '');
  return read.includes(issuer) ? undefined : read.find(one => plain(one) === plain(issuer));
};
