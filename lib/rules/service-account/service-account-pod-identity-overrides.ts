import { associationOf, associationsUnread, type ServiceAccountSubject } from '../../facts.ts';
import { deleteAssociation } from '../../fixes/eks-steps.ts';
import { type FixDraft, type PodIdentityAssociation, roleArnKey, roleNameOf } from '../../model.ts';
import { defineRule, eksGuide, notApplicable, pass, unknown } from '../prelude.ts';
import { annotateStep, annotationEvidence, nameOfAccount } from './support/service-account-view.ts';

/** The webhook gives new pods Pod Identity and not IRSA where both are set up (docs/facts.md §D.4). */
export const serviceAccountPodIdentityOverrides = defineRule({
  id: 'service-account-pod-identity-overrides',
  kind: 'service-account',
  impact: 'hygiene',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'Roles come by IRSA or by Pod Identity, not by both',
  fault: 'The role comes by IRSA and by Pod Identity',
  says: {
    otherRole: [
      'Pod Identity overrides',
      'new pods of service account {serviceAccount} get role {other} by Pod Identity, not the annotated role {role}',
    ],
    sameRole: [
      'also by Pod Identity',
      'service account {serviceAccount} has role {role} by its annotation and by Pod Identity',
    ],
  },
  needs: ['service-accounts', 'pod-identity'],
  why: 'A Pod Identity association takes precedence when a pod is created: new pods get its role, older ones keep the annotated one. Where both name one role nothing differs, and the finding is only a note.',
  fix: 'Keep one of the two and remove the other.',
  references: [eksGuide('pod-identities'), 'docs/facts.md §0.7, §D.4'],
  check: (subject, _facts, fail) => {
    if (!subject.roleArn) return notApplicable;
    const { serviceAccount, snapshot, roleArn } = subject;
    const found = associationOf(snapshot, serviceAccount.namespace, serviceAccount.name);
    if (!found)
      return associationsUnread(snapshot.podIdentity).length === 0
        ? pass
        : unknown('unread', 'some Pod Identity associations of the cluster');
    const { id, roleArn: other } = found;
    if (other === undefined) return unknown('unread', `the role of the Pod Identity association ${id}`);
    const [name, role] = [nameOfAccount(subject), roleNameOf(roleArn)];
    return (
      other === roleArn
        ? fail.sameRole({ serviceAccount: name, role }).severity('info')
        : fail.otherRole({ serviceAccount: name, role, other: roleNameOf(other) })
    )
      .pieces(annotationEvidence(subject, roleArn))
      .evidence(`association ${id}`, 'eks:DescribePodIdentityAssociation', other)
      .fix(fixOf(subject, found));
  },
});

const fixOf = (subject: ServiceAccountSubject, association: PodIdentityAssociation): FixDraft => {
  const { cluster, serviceAccount } = subject;
  const { configMap } = serviceAccount;
  const given = configMap === undefined ? 'the annotation' : `its entry from ConfigMap ${configMap}`;
  return {
    summary: `Keep Pod Identity: remove ${given}.`,
    steps: configMap === undefined ? [annotateStep(subject, roleArnKey, undefined)] : [],
    choice: 'Which of the two to keep.',
    alternatives: [
      {
        summary: `Keep IRSA: delete the association ${association.id}.`,
        steps: [deleteAssociation(cluster, association)],
      },
    ],
  };
};
