/** Stable names of subjects inside a cluster: `<cluster ARN>/<kind>/<namespace>/<name>`. The evaluator makes subjects
 *  with them and rules name each other's subjects with them, so that one cause is reported once. */

import { type FindingLocation, parseArn, providerHostPath, webhookName } from '../model.ts';
import { given } from '../text.ts';

/** A service account. */
export const serviceAccountSubjectId = (clusterArn: string, namespace: string, name: string): string =>
  `${clusterArn}/serviceaccount/${namespace}/${name}`;

/** The pods of one owner and one service account. The account is part of the name: while a rollout changes it, one
 *  owner has pods of two. */
export const podSubjectId = (
  clusterArn: string,
  pods: {
    readonly namespace: string;
    readonly ownerKind: string;
    readonly ownerName: string;
    readonly serviceAccount: string;
  },
): string => `${clusterArn}/pod/${pods.namespace}/${pods.ownerKind}/${pods.ownerName}/${pods.serviceAccount}`;

/** A Pod Identity association: a service account has at most one. */
export const associationSubjectId = (clusterArn: string, namespace: string, serviceAccount: string): string =>
  `${clusterArn}/podidentityassociation/${namespace}/${serviceAccount}`;

/** The webhook configuration of a cluster: there is one. */
export const webhookSubjectId = (clusterArn: string): string =>
  `${clusterArn}/mutatingwebhookconfiguration//${webhookName}`;

/** A subject taken apart. Its kind is that of the rules it is handed to; `issuer` has `https://`. */
export type ParsedSubject =
  | { readonly kind: 'issuer' | 'provider'; readonly issuer: string }
  | { readonly kind: 'role'; readonly roleArn: string }
  | ({ readonly kind: 'cluster' | 'webhook' } & ClusterNames)
  | ({ readonly kind: 'service-account' | 'association' } & AccountNames)
  | ({ readonly kind: 'pod'; readonly ownerKind: string; readonly ownerName: string } & AccountNames)
  /** An expired waiver, or a text from outside. */
  | { readonly kind: 'other' };

interface ClusterNames {
  readonly clusterArn: string;
  readonly clusterName: string;
}

interface AccountNames extends ClusterNames {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Takes the id of a subject apart: an ARN, the URL of an issuer, or one of the names above. Total: a text of another form
 *  is `other`. */
export const parseSubject = (subject: string): ParsedSubject => {
  if (subject.startsWith('https://')) return { kind: 'issuer', issuer: subject };
  const hostPath = providerHostPath(subject);
  if (hostPath !== undefined) return { kind: 'provider', issuer: `https://${hostPath}` };
  const { service, resource = '' } = parseArn(subject) ?? {};
  if (service === 'iam' && resource.startsWith('role/')) return { kind: 'role', roleArn: subject };
  const [type, clusterName, kind, ...names] = resource.split('/');
  if (service !== 'eks' || type !== 'cluster' || !clusterName) return { kind: 'other' };
  const rest = kind === undefined ? '' : `/${[kind, ...names].join('/')}`;
  const cluster = { clusterArn: subject.slice(0, subject.length - rest.length), clusterName };
  return kind === undefined ? { kind: 'cluster', ...cluster } : insideCluster(cluster, kind, names);
};

const insideCluster = (cluster: ClusterNames, kind: string, names: readonly string[]): ParsedSubject => {
  const [namespace = '', first = '', ownerName = '', serviceAccount = ''] = names;
  switch (kind) {
    case 'serviceaccount':
      return { kind: 'service-account', ...cluster, namespace, serviceAccount: first };
    case 'podidentityassociation':
      return { kind: 'association', ...cluster, namespace, serviceAccount: first };
    case 'pod':
      return { kind: 'pod', ...cluster, namespace, ownerKind: first, ownerName, serviceAccount };
    case 'mutatingwebhookconfiguration':
      return { kind: 'webhook', ...cluster };
    default:
      return { kind: 'other' };
  }
};

/** The names in a subject: its cluster, namespace and service account, or its role. */
export const placeOfSubject = (
  subject: string,
): Pick<FindingLocation, 'clusterName' | 'namespace' | 'serviceAccount' | 'roleArn'> => {
  const parsed = parseSubject(subject);
  if (parsed.kind === 'role') return { roleArn: parsed.roleArn };
  if (!('clusterName' in parsed)) return {};
  const { clusterName } = parsed;
  if (!('namespace' in parsed)) return { clusterName };
  const { namespace, serviceAccount } = parsed;
  return { clusterName, ...given({ namespace: namespace || undefined, serviceAccount: serviceAccount || undefined }) };
};
