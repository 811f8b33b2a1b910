import { podsOfServiceAccount } from '../../facts/pods-of-service-account.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { roleNameOf } from '../../model/arn.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failed, notApplicable, pass } from '../define-rule.ts';
import type { EvidenceDraft } from '../failure.ts';
import { moveFromDefault } from './support/move-from-default.ts';
import { annotationEvidence } from './support/service-account-view.ts';

/** A pod that names no service account runs as `default`, and so gets its role. */
export const serviceAccountOnDefault = defineRule({
  id: 'service-account-on-default',
  kind: 'service-account',
  group: 'service-account',
  impact: 'exposes',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'No default service account has a role',
  says: {
    onDefault: [
      'default has a role',
      'every pod in namespace {namespace} that names no service account gets role {role}',
    ],
  },
  needs: ['service-accounts'],
  docs: {
    why: 'Every pod that names no service account runs as the namespace’s `default`. A role on it is a role for whatever is started there, a debug pod included.',
    fix: 'Create a service account for the application, give it the role, name it in the pod templates, then remove the role from default.',
    references: [
      'https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts',
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
    ],
  },
  check: (subject, facts, fail) => {
    const { serviceAccount, roleArn } = subject;
    if (!roleArn) return notApplicable;
    if (serviceAccount.name !== 'default') return pass;
    return failed({
      ...fail.onDefault({ namespace: serviceAccount.namespace, role: roleNameOf(roleArn) }).message,
      evidence: [annotationEvidence(subject, roleArn), podsEvidence(subject)],
      fix: moveFromDefault(subject, roleArn, facts),
    });
  },
});

/** How many pods are concerned; pods that were not read are not counted as none. */
const podsEvidence = ({ kubernetes, serviceAccount, cluster }: ServiceAccountSubject): EvidenceDraft => ({
  what: 'pods that run as default',
  got:
    kubernetes.pods.status === 'complete'
      ? phrase('{count}', { count: podsOfServiceAccount(kubernetes, serviceAccount.namespace, 'default').length })
      : phrase('not all pods could be read'),
  readFrom: `pods of cluster ${cluster.name}`,
  volatile: true,
});
