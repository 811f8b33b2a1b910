import { unannotateServiceAccount } from '../../facts/kubectl.ts';
import { podsOfServiceAccount } from '../../facts/pods-of-service-account.ts';
import { complete } from '../../model/collected.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { defineRule, fail, notApplicable, pass } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { annotationEvidence } from './support/service-account-view.ts';

/** A pod that names no service account runs as `default`, and so gets its role. */
export const serviceAccountOnDefault = defineRule({
  id: 'service-account-on-default',
  kind: 'service-account',
  group: 'service-account',
  impact: 'exposes',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'No role is given to a namespace’s default service account',
  needs: ['service-accounts'],
  docs: {
    why: 'Every pod that names no service account runs as the namespace’s `default`. A role on it is a role for whatever is started there, a debug pod included.',
    fix: 'Make a service account for the application, give it the role and name it in the pod’s specification.',
    references: [
      'https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts',
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
    ],
  },
  check: subject => {
    const { serviceAccount, kubernetes } = subject;
    if (!subject.roleArn) return notApplicable;
    if (serviceAccount.name !== 'default') return pass;
    const users = podsOfServiceAccount(kubernetes, serviceAccount.namespace, 'default').length;
    const namespace = shellQuote(serviceAccount.namespace);
    return fail({
      message: `the default service account of namespace ${serviceAccount.namespace} has the role ${subject.roleArn}: every pod there that names no account gets it`,
      evidence: [
        annotationEvidence(subject, subject.roleArn, 'no role on an account named default'),
        { what: 'pods that run as default', got: String(users), readFrom: `pods of cluster ${subject.cluster.name}` },
      ],
      fix: {
        summary: 'Move the role to an account of its own, name it in the pods that need it, then take it from default.',
        commands: [
          `kubectl --namespace ${namespace} create serviceaccount irsa`,
          `kubectl --namespace ${namespace} annotate serviceaccount irsa ${shellQuote(`${roleArnKey}=${subject.roleArn}`)}`,
        ],
        choice: `Which pods need the role: let it trust system:serviceaccount:${serviceAccount.namespace}:irsa, and set serviceAccountName in them. Once they run so: ${unannotateServiceAccount(serviceAccount.namespace, 'default', roleArnKey)}`,
      },
    });
  },
  examples: {
    pass: { title: 'an account of its own', facts: () => named('cart') },
    fail: { title: 'the role is on default', facts: () => named('default') },
  },
});

const named = (name: string) =>
  someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount({ name })]), pods: complete([]) })]),
  });
