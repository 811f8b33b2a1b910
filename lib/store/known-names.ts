/** The names that a table knows: for a question about a name that has no finding. */
import type { KnownNames } from '../audit/known-names.ts';
import { roleNameOf } from '../model/arn.ts';
import type { Finding } from '../model/finding.ts';
import { compareText } from '../text/compare-text.ts';

/** Collects names from findings of any status and from the subjects of watched facts: a healthy cluster or role has no
 *  finding, but its issuer or its trust policy is watched. */
export const namesOf = (
  findings: readonly Finding[],
  watched: readonly { readonly accountId: string; readonly subject: string }[],
): KnownNames => {
  const subjects = watched.map(({ subject }) => subject);
  const named = (kind: 'cluster' | 'role') =>
    subjects.flatMap(
      subject => new RegExp(`^arn:[a-z-]+:(?:eks|iam):[^:]*:\\d{12}:${kind}/(.+)$`).exec(subject)?.[1] ?? [],
    );
  return {
    accounts: sorted([...findings, ...watched].map(({ accountId }) => accountId)),
    clusters: sorted([...findings.map(({ clusterName }) => clusterName), ...named('cluster').map(firstPart)]),
    namespaces: sorted(findings.map(({ namespace }) => namespace)),
    serviceAccounts: sorted(
      findings.map(({ namespace, serviceAccount }) => serviceAccount && `${namespace ?? ''}/${serviceAccount}`),
    ),
    roles: sorted([...findings.map(({ roleArn }) => roleArn && roleNameOf(roleArn)), ...named('role').map(roleNameOf)]),
  };
};

/** A webhook's subject goes on after the cluster's name. */
const firstPart = (text: string): string => text.split('/', 1).join();

const sorted = (names: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(names.flatMap(name => (name ? [name] : [])))].sort(compareText);
