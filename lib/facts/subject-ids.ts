/** Stable names of subjects inside a cluster: `<cluster ARN>/<kind>/<namespace>/<name>`. The evaluator makes subjects
 *  with them and rules name each other's subjects with them, so that one cause is reported once. */

import type { FindingLocation } from '../model/finding.ts';
import { webhookName } from '../model/kubernetes.ts';

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

/** The names in a subject: its cluster, namespace and service account, or its role. */
export const placeOfSubject = (
  subject: string,
): Pick<FindingLocation, 'clusterName' | 'namespace' | 'serviceAccount' | 'roleArn'> => {
  if (/^arn:[^:]*:iam:[^:]*:\d*:role\//.test(subject)) return { roleArn: subject };
  const [, clusterName, kind, namespace, ...rest] =
    /^arn:[^:]*:eks:.*?:cluster\/([^/]+)(?:\/([^/]*)\/([^/]*)\/(.*))?$/.exec(subject) ?? [];
  if (clusterName === undefined) return {};
  const serviceAccount = rest.join('').split('/').at(-1);
  return kind === 'serviceaccount' || kind === 'pod'
    ? { clusterName, ...(namespace ? { namespace } : {}), ...(serviceAccount ? { serviceAccount } : {}) }
    : { clusterName };
};
