import { expirationBounds, expirationFault, hasWebIdentity, type PodSubject } from '../../facts.ts';
import { type Pod, tokenExpirationKey } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, notApplicable, pass } from '../prelude.ts';
import { audienceOfPods, podEvidence, podsReadFrom, realPods, workloadOf } from './support/pod-view.ts';

const { min, max } = expirationBounds;

/** A pod's own token expiration takes the place of its service account's, with the same bounds. */
export const podOptionIgnored = defineRule({
  id: 'pod-option-ignored',
  kind: 'pod',
  impact: 'hygiene',
  severity: 'low',
  shownAt: 'role-arn-format',
  title: 'Options of pods have valid values',
  fault: 'An option of the pod has an invalid value',
  says: {
    notWholeNumber: [
      'expiration ignored',
      'the token expiration "{value}" of {workload} is not a whole number: ignored',
    ],
    outOfBounds: [
      'expiration out of bounds',
      'the token expiration {value} of {workload} is out of bounds: tokens last {seconds} s',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'A pod may name its token expiration itself. The webhook ignores what is not a whole number and raises an expiration below 600 seconds to 600; EKS issues no token for more than 86,400. The pod gets another value than its annotation says.',
  fix: 'Write a valid value in the template, or remove the annotation.',
  references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.1'],
  check: (subject, _facts, fail) => {
    const injected = realPods(subject).filter(pod => hasWebIdentity(pod, audienceOfPods(subject)));
    if (injected.every(({ annotations }) => annotations[tokenExpirationKey] === undefined)) return notApplicable;
    const [first, ...others] = injected.filter(pod => faultOf(pod, subject) !== undefined);
    const fault = first && faultOf(first, subject);
    if (first === undefined || fault === undefined) return pass;
    const value = first.annotations[tokenExpirationKey] ?? '';
    const workload = workloadOf(subject);
    return (
      fault.applied === undefined
        ? fail.notWholeNumber({ value, workload })
        : fail.outOfBounds({ value, workload, seconds: fault.applied })
    )
      .evidence(
        `annotation ${tokenExpirationKey} of the pods`,
        podsReadFrom(subject),
        value,
        phrase('{min} to {max}', { min, max }),
      )
      .pieces(podEvidence([first, ...others], subject))
      .fix(
        `Write a valid value in the template of ${workload}, or remove the annotation.`,
        'How long its tokens are to last.',
      );
  },
});

const faultOf = ({ annotations }: Pod, { cluster }: PodSubject): ReturnType<typeof expirationFault> => {
  const value = annotations[tokenExpirationKey];
  return value === undefined ? undefined : expirationFault(value, cluster);
};
