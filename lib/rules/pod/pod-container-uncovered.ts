import { isEksCluster } from '../../facts/eks-cluster.ts';
import type { Facts } from '../../facts/facts.ts';
import { meshContainers } from '../../facts/mesh-containers.ts';
import {
  coverageOf,
  hasPodIdentity,
  hasWebIdentity,
  readsApiToken,
  roleOfContainer,
  skippedContainers,
} from '../../facts/pod-injection.ts';
import type { PodSubject } from '../../facts/subjects.ts';
import { providerAudiences } from '../../facts/trust-question.ts';
import type { FixDraft } from '../../model/finding.ts';
import { skipContainersKey } from '../../model/irsa-annotation.ts';
import type { Pod, PodContainer } from '../../model/kubernetes.ts';
import { defaultAudience } from '../../policy/decide/request.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, notApplicable, pass } from '../define-rule.ts';
import type { EvidenceDraft } from '../failure.ts';
import {
  annotatedRole,
  audienceOf,
  containerNames,
  podEvidence,
  readFrom,
  realPods,
  restartFix,
  workloadOf,
} from './support/pod-view.ts';

/** A pod may be injected and one of its containers not. */
export const podContainerUncovered = defineRule({
  id: 'pod-container-uncovered',
  kind: 'pod',
  group: 'pod',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-injection',
  title: 'Every container of an injected pod has the role',
  says: {
    apiToken: [
      'container without role',
      '{workload} gives STS the token of the Kubernetes API in container {containers}: its audience is another one',
    ],
    loneVariable: [
      'container without role',
      '{workload} sets only one of the two web identity variables in container {containers}',
    ],
    noMount: [
      'container without role',
      '{workload} has the web identity variables but no mounted token in container {containers}',
    ],
    nothing: [
      'container without role',
      '{workload} has no role in container {containers}, unlike in its other containers',
    ],
    skipped: [
      'container without role',
      '{workload} has no role in container {containers}, which skip-containers names',
    ],
  },
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'A container that the annotation skip-containers names, that sets one of the two variables itself (or both, with the token of the Kubernetes API), or that another webhook added later, has no role: it calls AWS as the node, or fails. Sidecars of service meshes call no AWS API and are left out. Low where skip-containers names the container: somebody chose that.',
    fix: 'Remove the container’s name from skip-containers, or the variable from its environment.',
    references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.2'],
  },
  check: (subject, facts, fail) => {
    if (annotatedRole(subject) === undefined) return notApplicable;
    const found = realPods(subject).flatMap(pod => uncovered(pod, subject, facts));
    const cause = uncoveredCauses.find(one => found.some(each => each.cause === one));
    if (cause === undefined) return pass;
    const named = (of: UncoveredCause): readonly string[] =>
      containerNames(found.filter(one => one.cause === of).map(one => one.container));
    const pods = [...new Set(found.map(one => one.pod))];
    return fail[cause]({ containers: named(cause), workload: workloadOf(subject) })
      .severity(cause === 'skipped' ? 'low' : undefined)
      .impact(cause === 'skipped' ? 'hygiene' : undefined)
      .pieces(
        ...uncoveredCauses.filter(one => named(one).length > 0).map(one => causeEvidence(one, named(one), subject)),
      )
      .pieces(podEvidence(pods, subject))
      .podError(cause === 'apiToken' ? 'InvalidIdentityToken: Incorrect token audience' : undefined)
      .fix(fixOf(pods, cause, subject));
  },
});

const fixOf = (pods: readonly Pod[], cause: UncoveredCause, subject: PodSubject): FixDraft => {
  const fix = restartFix(pods, subject);
  if (cause === 'nothing')
    return {
      ...fix,
      choice: `Whether the container calls AWS. Where another webhook adds it after this one, a restart changes nothing.`,
    };
  return cause === 'skipped'
    ? {
        summary: `Remove the container from ${skipContainersKey} in the template of ${workloadOf(subject)}, if it needs the role.`,
        steps: [],
        choice: `Whether the container needs no role: if it does, remove it from ${skipContainersKey} in the template.`,
      }
    : {
        summary: `Remove the variables from the template of ${workloadOf(subject)}: the webhook then sets both and mounts the token.`,
        steps: [],
        choice: 'Whether the container is to have the annotated role.',
      };
};

/** Why a container of an injected pod has no role, the most severe first. */
const uncoveredCauses = ['apiToken', 'loneVariable', 'noMount', 'nothing', 'skipped'] as const;
type UncoveredCause = (typeof uncoveredCauses)[number];

/** One container of one pod without the role. */
interface Uncovered {
  readonly pod: Pod;
  readonly container: PodContainer;
  readonly cause: UncoveredCause;
}

/** The containers of an injected pod without the role. Those with `envFrom` are left out: what they get from there is not read. */
const uncovered = (pod: Pod, subject: PodSubject, facts: Facts): readonly Uncovered[] => {
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
const causeEvidence = (cause: UncoveredCause, containers: readonly string[], subject: PodSubject): EvidenceDraft => ({
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
