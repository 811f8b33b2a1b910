import { isEksCluster } from '../../../facts/eks-cluster.ts';
import type { Facts } from '../../../facts/facts.ts';
import { meshContainers } from '../../../facts/mesh-containers.ts';
import {
  coverageOf,
  hasPodIdentity,
  hasWebIdentity,
  readsApiToken,
  roleOfContainer,
  skippedContainers,
} from '../../../facts/pod-injection.ts';
import type { PodSubject } from '../../../facts/subjects.ts';
import { providerAudiences } from '../../../facts/trust-question.ts';
import { skipContainersKey } from '../../../model/irsa-annotation.ts';
import type { Pod, PodContainer } from '../../../model/kubernetes.ts';
import { defaultAudience } from '../../../policy/decide/request.ts';
import { phrase } from '../../../text/message.ts';
import type { EvidenceDraft } from '../../failure.ts';
import { audienceOf, readFrom } from './pod-view.ts';

/** Why a container of an injected pod has no role, the most severe first. */
export const uncoveredCauses = ['apiToken', 'loneVariable', 'noMount', 'nothing', 'skipped'] as const;
export type UncoveredCause = (typeof uncoveredCauses)[number];

/** One container of one pod without the role. */
export interface Uncovered {
  readonly pod: Pod;
  readonly container: PodContainer;
  readonly cause: UncoveredCause;
}

/** The containers of an injected pod without the role. Those with `envFrom` are left out: what they get from there is not read. */
export const uncovered = (pod: Pod, subject: PodSubject, facts: Facts): readonly Uncovered[] => {
  if (!hasWebIdentity(pod, audienceOf(subject)) || hasPodIdentity(pod)) return [];
  const skipped = skippedContainers(pod);
  return pod.containers.flatMap((container): readonly Uncovered[] => {
    const coverage = coverageOf(container);
    if (coverage === 'complete' && readsApiToken(container) && isApiTokenRefused(container, subject, facts))
      return [{ pod, container, cause: 'apiToken' }];
    if (coverage === 'complete' || container.hasEnvFrom || meshContainers.has(container.name)) return [];
    const isSkipped = coverage === 'nothing' && skipped.has(container.name);
    return [{ pod, container, cause: isSkipped ? 'skipped' : coverage }];
  });
};

/** STS takes a token only for an audience of the provider, and the one for the Kubernetes API of EKS is never for STS. Not
 *  refused for certain where the provider lists another audience as well, or was not read. */
const isApiTokenRefused = (container: PodContainer, { cluster }: PodSubject, facts: Facts): boolean => {
  const role = roleOfContainer(container);
  const { issuer } = cluster;
  if (role === undefined || issuer === undefined || !isEksCluster(cluster)) return false;
  return providerAudiences(role, issuer, facts)?.every(audience => audience === defaultAudience) ?? false;
};

/** Which containers have a cause. */
export const causeEvidence = (
  cause: UncoveredCause,
  containers: readonly string[],
  subject: PodSubject,
): EvidenceDraft => ({
  what: whatIs[cause],
  got: phrase('{containers}', { containers }),
  readFrom: readFrom(subject),
});

const whatIs: Readonly<Record<UncoveredCause, string>> = {
  apiToken: 'containers whose AWS_WEB_IDENTITY_TOKEN_FILE is the token of the Kubernetes API',
  loneVariable: 'containers with only one of AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE',
  noMount: 'containers without the mount aws-iam-token',
  nothing: 'containers with neither variables nor mount',
  skipped: `containers that ${skipContainersKey} names`,
};
