import type { PodSubject } from '../../facts/subjects.ts';
import type { FixDraft } from '../../model/finding.ts';
import { skipContainersKey } from '../../model/irsa-annotation.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { defineRule, failed, notApplicable, pass } from '../define-rule.ts';
import { annotatedRole, containerNames, podEvidence, realPods, restartFix, workloadOf } from './support/pod-view.ts';
import { causeEvidence, type UncoveredCause, uncovered, uncoveredCauses } from './support/uncovered.ts';

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
    return failed({
      ...(cause === 'skipped' ? { severity: 'low', impact: 'hygiene' } : {}),
      ...fail[cause]({ containers: named(cause), workload: workloadOf(subject) }).message,
      evidence: [
        ...uncoveredCauses.filter(one => named(one).length > 0).map(one => causeEvidence(one, named(one), subject)),
        podEvidence(pods, subject),
      ],
      ...(cause === 'apiToken' ? { podError: 'InvalidIdentityToken: Incorrect token audience' } : {}),
      fix: fixOf(pods, cause, subject),
    });
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
        ...fix,
        steps: [],
        choice: `Whether the container needs no role: if it does, remove it from ${skipContainersKey} in the template.`,
      }
    : {
        summary: `Remove the variables from the template of ${workloadOf(subject)}: the webhook then sets both and mounts the token.`,
        steps: [],
        choice: 'Whether the container is to have the annotated role.',
      };
};
