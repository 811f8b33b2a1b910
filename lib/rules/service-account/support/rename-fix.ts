import type { ServiceAccountSubject } from '../../../facts/subjects.ts';
import type { FixDraft } from '../../../model/finding.ts';
import { roleArnKey } from '../../../model/irsa-annotation.ts';
import { withAlternatives } from '../../access/alternatives.ts';
import { annotateStep, nameOf } from './service-account-view.ts';
import { withRestarts } from './with-restarts.ts';

/** Names another role in the annotation of a service account: the one that is most likely meant, and others that are
 *  called alike. Without the one a person decides. */
export const renameFix = (
  subject: ServiceAccountSubject,
  candidate: string | undefined,
  others: readonly string[],
): FixDraft =>
  withAlternatives(
    candidate === undefined ? nothingAlike : renamed(subject, candidate),
    others.map(other => renamed(subject, other)),
  );

const nothingAlike: FixDraft = {
  summary: 'Create the role with a trust policy for this service account alone, or name another role.',
  steps: [],
  choice: 'Which role the service account is to have.',
};

const renamed = (subject: ServiceAccountSubject, candidate: string): FixDraft => {
  const choice = `Whether ${candidate} is the role.`;
  const { configMap } = subject.serviceAccount;
  if (configMap !== undefined)
    return {
      summary: `Write ${candidate} as the RoleARN of ${nameOf(subject)} in ConfigMap ${configMap}, if that is the role, then restart the pods.`,
      steps: [],
      choice,
    };
  return withRestarts(subject, {
    summary: `Set the annotation to ${candidate}, if that is the role, then restart the pods.`,
    steps: [annotateStep(subject, roleArnKey, candidate)],
    choice,
  });
};
