import {
  audienceAsked,
  dormancyOf,
  type Facts,
  podSubjectIds,
  podsOfServiceAccount,
  roleArnFault,
  type ServiceAccountSubject,
} from '../../../facts.ts';
import { annotate } from '../../../fixes/kubernetes-steps.ts';
import { parseArn, roleArnKey, roleNameOf, type Step, unknownRegion, valueOr } from '../../../model.ts';
import { subjectOf } from '../../../policy.ts';
import { given } from '../../../text.ts';
import { type EvidenceDraft, type Explained, unknown, type Verdict } from '../../prelude.ts';

/** `orders/refund`: how a service account is named in messages. */
export const nameOfAccount = ({ serviceAccount }: ServiceAccountSubject): string =>
  `${serviceAccount.namespace}/${serviceAccount.name}`;

/** The step that sets an annotation of the service account, or removes it where no value is given. */
export const annotateStep = (
  { cluster, serviceAccount }: ServiceAccountSubject,
  key: string,
  value: string | undefined,
): Step => annotate(cluster, serviceAccount, key, value);

/** Where the annotations of a service account were read. */
export const accountReadFrom = ({ cluster }: ServiceAccountSubject): string =>
  `serviceaccounts of cluster ${cluster.name}`;

/** The ARN of the audited account's role of this name, whatever its path. */
export const roleOfName = (name: string, { snapshot }: Facts): string | undefined =>
  valueOr(snapshot.roles, []).find(role => roleNameOf(role.arn) === name)?.arn;

/** Where its role and audience stand: in its annotations, or in the ConfigMap of the webhook. */
export const sourceOf = (subject: ServiceAccountSubject): string => {
  const { configMap } = subject.serviceAccount;
  return configMap === undefined ? accountReadFrom(subject) : `ConfigMap ${configMap}`;
};

/** The role annotation as evidence, or the ConfigMap that stands in its place. */
export const annotationEvidence = (subject: ServiceAccountSubject, roleArn: string, wanted?: string): EvidenceDraft => {
  const { configMap } = subject.serviceAccount;
  return {
    what: configMap === undefined ? `annotation ${roleArnKey}` : 'RoleARN',
    got: roleArn,
    ...given({ wanted }),
    readFrom: sourceOf(subject),
  };
};

/** The cluster's partition; undefined for a cluster that is known by its kubeconfig alone. */
export const partitionOfCluster = ({ cluster }: ServiceAccountSubject): string | undefined =>
  cluster.region === unknownRegion ? undefined : parseArn(cluster.arn)?.partition;

/** Whether the annotation has no effect, or a sentence where that is open. */
export const dormancyIn = ({ serviceAccount, kubernetes, snapshot }: ServiceAccountSubject): boolean | string =>
  dormancyOf(serviceAccount, kubernetes, snapshot.podIdentity);

/** A failure of what the annotation names is unknown while it is open whether the annotation has an effect. */
export const unlessDormant = (subject: ServiceAccountSubject, verdict: Verdict): Verdict => {
  const open = verdict.outcome === 'fail' ? dormancyIn(subject) : false;
  return typeof open === 'string' ? unknown('unread', open) : verdict;
};

/** The annotated role, if it is valid; undefined where there is none, where service-account-role-arn-malformed reports it,
 *  or where pods have Pod Identity instead: service-account-pod-identity-overrides reports that. */
export const wellFormedRole = (subject: ServiceAccountSubject): string | undefined =>
  subject.roleArn !== undefined &&
  roleArnFault(subject.roleArn, partitionOfCluster(subject)) === undefined &&
  dormancyIn(subject) !== true
    ? subject.roleArn
    : undefined;

/** The audience of the tokens that the webhook asks for. An empty annotation gives none (docs/facts.md §A.8). */
export const audienceOfAccount = ({ serviceAccount }: ServiceAccountSubject): string =>
  audienceAsked(serviceAccount.annotations);

/** The subject of the service account's tokens. */
export const tokenSubject = ({ serviceAccount }: ServiceAccountSubject): string =>
  subjectOf(serviceAccount.namespace, serviceAccount.name);

/** The issuer of the cluster's tokens: EKS's word, else the API server's own. */
export const tokenIssuerOf = ({
  cluster,
  kubernetes,
}: Pick<ServiceAccountSubject, 'cluster' | 'kubernetes'>): string | undefined =>
  cluster.issuer ?? (kubernetes.issuer.status === 'complete' ? kubernetes.issuer.value : undefined);

/** Failed calls that CloudTrail saw of this service account for its role. */
export const explainsRuntime = (subject: ServiceAccountSubject, roleArn: string): Explained => ({
  ruleId: 'runtime-assume-failing',
  subject: roleArn,
  discriminator: tokenSubject(subject),
});

/** Findings of these rules on the service account's pods. */
export const explainsPodsOfAccount = (
  subject: ServiceAccountSubject,
  ruleIds: readonly string[],
): readonly Explained[] => {
  const { serviceAccount, kubernetes, cluster } = subject;
  const ids = podSubjectIds(
    cluster.arn,
    podsOfServiceAccount(kubernetes, serviceAccount.namespace, serviceAccount.name),
  );
  return ruleIds.flatMap(ruleId => ids.map(id => ({ ruleId, subject: id })));
};
