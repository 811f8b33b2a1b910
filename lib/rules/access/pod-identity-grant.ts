/** The statement by which a role trusts EKS Pod Identity for one service account of one cluster, and no other. */
import type { Cluster, PodIdentityAssociation } from '../../model.ts';
import { podIdentityActions, podIdentityService } from '../../policy.ts';
import { isObject, type JsonObject, jsonOf } from '../../text.ts';

/** The policy with a statement for this service account; undefined where the text is no plain policy. */
export const withPodIdentity = (
  trustPolicy: string,
  cluster: Pick<Cluster, 'arn' | 'accountId'>,
  { namespace, serviceAccount }: Pick<PodIdentityAssociation, 'namespace' | 'serviceAccount'>,
): JsonObject | undefined => {
  const policy = jsonOf(trustPolicy);
  if (!isObject(policy)) return undefined;
  const list: unknown = policy.Statement;
  const tests = {
    'aws:SourceAccount': cluster.accountId,
    'aws:RequestTag/eks-cluster-arn': cluster.arn,
    'aws:RequestTag/kubernetes-namespace': namespace,
    'aws:RequestTag/kubernetes-service-account': serviceAccount,
  };
  const added = {
    Effect: 'Allow',
    Principal: { Service: podIdentityService },
    Action: podIdentityActions,
    Condition: { StringEquals: tests },
  };
  return { ...policy, Statement: [...(Array.isArray(list) ? list : [list]), added] };
};
