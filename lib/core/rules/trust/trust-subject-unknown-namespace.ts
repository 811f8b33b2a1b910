import { complete } from '../../model/collected.ts';
import { defineRule, type Failure, failOrPass, notApplicable, reasonOf, unknown } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { exactSubjects, withoutSubject } from './support/exact-subjects.ts';
import { inventoryOf } from './support/existing-accounts.ts';
import { unreadProvider } from './support/exposure.ts';
import { untilMade } from './support/exposure-failure.ts';
import { policyFix } from './support/policy-fix.ts';
import { policyEvidence } from './support/statement-view.ts';

/** A namespace that does not exist belongs to whoever creates it first, and the role with it. */
export const trustSubjectUnknownNamespace = defineRule({
  id: 'trust-subject-unknown-namespace',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Namespaces that trust policies name exist',
  needs: ['namespaces'],
  docs: {
    why: 'The trust policy names a namespace that no cluster with this issuer has. Whoever may create namespaces there can make it, with an account of that name, and gets the role.',
    fix: 'Take the subject out of the trust policy, or create the namespace and keep it.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
      'docs/facts.md §A.9',
    ],
  },
  check: (subject, facts) => {
    const exact = exactSubjects(subject, facts);
    let unread = unreadProvider(subject, facts);
    if (exact.length === 0) return unread === undefined ? notApplicable : unknown('unread', unread);
    const failures: Failure[] = [];
    for (const { principal, issuer, account, value, lacksProvider } of exact) {
      const inventory = inventoryOf(issuer, facts);
      if (inventory.status === 'unread') unread = inventory.why;
      if (inventory.status !== 'read' || inventory.namespaces.some(({ name }) => name === account.namespace)) continue;
      const clusters = inventory.clusters.join(', ');
      failures.push({
        discriminator: `${principal.arn} ${value.text}`,
        ...(lacksProvider ? { severity: 'low' as const } : {}),
        message: `the trust policy of ${subject.role.arn} lets in ${value.text}, but the cluster ${clusters} has no namespace ${account.namespace}: who creates it ${lacksProvider ? `would get the role${untilMade({ lacksProvider, principal })}` : 'gets the role'}`,
        evidence: [
          policyEvidence(subject, 'subject', value),
          {
            what: `namespaces of ${clusters}`,
            got: `${inventory.namespaces.length}, none called ${account.namespace}`,
            readFrom: 'list namespaces',
          },
        ],
        place: {
          providerArn: principal.arn,
          issuer: `https://${issuer}`,
          namespace: account.namespace,
          serviceAccount: account.name,
        },
        fix: policyFix(subject.role, withoutSubject(subject, value.text), {
          summary: `Take ${value.text} out of the trust policy of ${subject.role.name}.`,
          choice:
            'Whether the namespace is still to come: then create it before anyone else does. If it is the only subject, delete the role instead.',
        }),
      });
    }
    return failOrPass(failures, reasonOf('unread', unread));
  },
  examples: {
    pass: { title: 'the namespace exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'no such namespace',
      facts: () =>
        someFacts({
          clusters: complete([aReadCluster()]),
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:old-shop:cart' }) })]),
        }),
    },
    unknown: { title: 'the cluster was not read', facts: () => someFacts() },
  },
});
