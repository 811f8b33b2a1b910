import { coverageOf, hasPodIdentity, hasWebIdentity, skippedContainers } from '../../facts/pod-injection.ts';
import type { PodSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import type { Fix } from '../../model/finding.ts';
import { skipContainersKey } from '../../model/irsa-annotation.ts';
import type { Pod, PodContainer } from '../../model/kubernetes.ts';
import { defineRule, fail, notApplicable, pass } from '../define-rule.ts';
import { aContainer, aPod, aReadCluster } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import {
  annotatedRole,
  audienceOf,
  containerNames,
  countOf,
  podEvidence,
  realPods,
  restartFix,
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
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'A container that the annotation skip-containers names, that sets one of both variables itself, or that another webhook added afterwards, has no role: it calls AWS as the node, or fails.',
    fix: 'Take the container’s name out of skip-containers, or the hand-made variable out of its environment.',
    references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.2'],
  },
  check: subject => {
    if (annotatedRole(subject) === undefined) return notApplicable;
    const found = realPods(subject).flatMap(pod => uncovered(pod, subject));
    const [first] = found;
    if (!first) return pass;
    const pods = [...new Set(found.map(one => one.pod))];
    const names = containerNames(found.map(one => one.container));
    const causes = [...new Set(found.map(one => one.cause))];
    return fail({
      message: `${countOf(pods, subject)}: container ${names} lacks the role that the others have: ${causes.join('; ')}`,
      evidence: [
        {
          what: 'containers without the role',
          got: names,
          wanted: 'AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the token’s mount',
          readFrom: `pods of cluster ${subject.cluster.name}`,
        },
        podEvidence(pods, subject, 'pods'),
      ],
      fix: fixOf(pods, first, subject),
    });
  },
  examples: {
    pass: { title: 'every container has it', facts: () => withSidecar(aContainer({ name: 'sidecar' })) },
    fail: {
      title: 'a container that was added later',
      facts: () => withSidecar(aContainer({ name: 'sidecar', awsVariables: [], irsaEnvironment: {}, mounts: {} })),
    },
  },
});

const withSidecar = (sidecar: PodContainer) =>
  someFacts({
    clusters: complete([aReadCluster({ pods: complete([aPod({ containers: [aContainer(), sidecar] })]) })]),
  });

interface Uncovered {
  readonly pod: Pod;
  readonly container: PodContainer;
  readonly cause: string;
  readonly skipped: boolean;
}

/** Containers with `envFrom` are left out: what they get from there is not read. */
const uncovered = (pod: Pod, subject: PodSubject): readonly Uncovered[] => {
  if (!hasWebIdentity(pod, audienceOf(subject)) || hasPodIdentity(pod)) return [];
  const skipped = skippedContainers(pod);
  return pod.containers.flatMap(container => {
    const coverage = coverageOf(container);
    if (coverage === 'complete' || container.hasEnvFrom) return [];
    const isSkipped = coverage === 'nothing' && skipped.has(container.name);
    return [
      {
        pod,
        container,
        cause: isSkipped ? `the annotation ${skipContainersKey} names it` : causes[coverage],
        skipped: isSkipped,
      },
    ];
  });
};

const causes = {
  'lone-variable':
    'it sets one of AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE itself, and the webhook then adds neither',
  'no-mount': 'it has the variables, but the token is not mounted',
  nothing: 'it was added after the webhook, or by another one',
};

const fixOf = (pods: readonly Pod[], { skipped }: Uncovered, subject: PodSubject): Fix => {
  const fix = restartFix(pods, subject, 'the webhook then covers every container that is there');
  return skipped
    ? {
        ...fix,
        commands: [],
        choice: `Whether the container is meant to go without: if not, take it out of ${skipContainersKey} in the template.`,
      }
    : { ...fix, choice: 'Variables that the template sets itself have to be taken out of it first.' };
};
