/** The names that a table knows: for a question about a name that has no finding. */

import type { KnownNames } from '../audit/known-names.ts';
import { placeOfSubject } from '../facts.ts';
import { type Finding, roleNameOf } from '../model.ts';
import { compareText } from '../text.ts';

/** Collects names from findings of any status and from the subjects of watched facts: a healthy cluster or role has no
 *  finding, but its issuer or its trust policy is watched. */
export const knownNamesOf = (
  findings: readonly Finding[],
  watched: readonly { readonly accountId: string; readonly subject: string }[],
): KnownNames => {
  const places = watched.map(({ subject }) => placeOfSubject(subject));
  const roles = [...findings, ...places].map(({ roleArn }) => roleArn && roleNameOf(roleArn));
  return {
    accounts: sorted([...findings, ...watched].map(({ accountId }) => accountId)),
    clusters: sorted([...findings, ...places].map(({ clusterName }) => clusterName)),
    namespaces: sorted(findings.map(({ namespace }) => namespace)),
    serviceAccounts: sorted(
      findings.map(({ namespace, serviceAccount }) => serviceAccount && `${namespace ?? ''}/${serviceAccount}`),
    ),
    roles: sorted(roles),
  };
};

const sorted = (names: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(names.flatMap(name => (name ? [name] : [])))].sort(compareText);
