import type { ServiceAccountSubject } from '../../../facts/subjects.ts';
import type { FixDraft } from '../../../model/finding.ts';
import { roleArnKey } from '../../../model/irsa-annotation.ts';
import { annotateStep } from './service-account-view.ts';
import { withRestarts } from './with-restarts.ts';

/** Names another role in the annotation of a service account: one that exists, if any is like the one that does not. */
export const renameFix = (subject: ServiceAccountSubject, candidate: string | undefined): FixDraft =>
  candidate === undefined
    ? {
        summary: 'Create the role with a trust policy for this service account alone, or name another role.',
        steps: [],
        choice: 'Which role the service account is to have.',
      }
    : withRestarts(subject, {
        summary: `Set the annotation to ${candidate}, if that is the role, then restart the pods.`,
        steps: [annotateStep(subject, roleArnKey, candidate)],
        choice: `Whether ${candidate} is the role.`,
      });
