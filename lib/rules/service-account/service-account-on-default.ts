import { podsOfServiceAccount } from '../../facts/pods-of-service-account.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { roleNameOf } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import { defineMessages, phrase } from '../../text/message.ts';
import { defineRule, type EvidenceDraft, fail, notApplicable, pass } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { moveFromDefault } from './support/move-from-default.ts';
import { annotationEvidence } from './support/service-account-view.ts';

const message = defineMessages({
  onDefault: 'every pod in namespace {namespace} that names no service account gets role {role}',
});

/** A pod that names no service account runs as `default`, and so gets its role. */
export const serviceAccountOnDefault = defineRule({
  id: 'service-account-on-default',
  kind: 'service-account',
  group: 'service-account',
  impact: 'exposes',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'No default service account has a role',
  brief: 'default has a role',
  messages: message.templates,
  needs: ['service-accounts'],
  docs: {
    why: 'Every pod that names no service account runs as the namespace’s `default`. A role on it is a role for whatever is started there, a debug pod included.',
    fix: 'Create a service account for the application, give it the role, name it in the pod templates, then remove the role from default.',
    references: [
      'https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts',
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
    ],
  },
  check: (subject, facts) => {
    const { serviceAccount, roleArn } = subject;
    if (!roleArn) return notApplicable;
    if (serviceAccount.name !== 'default') return pass;
    return fail({
      ...message('onDefault', { namespace: serviceAccount.namespace, role: roleNameOf(roleArn) }),
      evidence: [annotationEvidence(subject, roleArn), podsEvidence(subject)],
      fix: moveFromDefault(subject, roleArn, facts),
    });
  },
  examples: {
    pass: { title: 'a service account of its own', facts: () => named('cart') },
    fail: { title: 'the role is on default', facts: () => named('default') },
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

const named = (name: string) =>
  someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount({ name })]), pods: complete([]) })]),
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: `system:serviceaccount:checkout:${name}` }) })]),
  });
