import { phrase } from '../../text/message.ts';
import { defineRule, failOrPass, notApplicable, unknownFor } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { exactSubjects } from './exposure/exact-subjects.ts';
import { unreadProvider } from './exposure/exposure.ts';
import { inventoryOf } from './exposure/inventory.ts';
import { policyEvidence } from './statement/statement-view.ts';
import { goneNamespaceFix } from './trust-subject-unknown-namespace-fix.ts';

/** A namespace that does not exist belongs to anyone who can create it, and the role with it. */
export const trustSubjectUnknownNamespace = defineRule({
  id: 'trust-subject-unknown-namespace',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Namespaces that trust policies name exist',
  says: {
    missing: [
      'no such namespace',
      'role {role} trusts service account {serviceAccount}, but cluster {clusters} has no namespace {namespace}: anyone who can create it can assume the role',
    ],
    'without-provider': [
      'no such namespace',
      'role {role} trusts service account {serviceAccount}, but cluster {clusters} has no namespace {namespace}; its provider does not exist either',
    ],
  },
  needs: ['roles', 'namespaces'],
  docs: {
    why: 'The trust policy names a namespace that the cluster does not have. Anyone who can create namespaces there can create it, with a service account of that name, and assume the role.',
    fix: 'Remove the subject from the trust policy, or create the namespace.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
      'docs/facts.md §A.9',
    ],
  },
  check: (subject, facts, fail) => {
    const exact = exactSubjects(subject, facts);
    let unread = unreadProvider(subject, facts);
    if (exact.length === 0) return unread === undefined ? notApplicable : unknownFor(unread);
    const failures: Failure[] = [];
    for (const { principal, issuer, account, value, lacksProvider } of exact) {
      const inventory = inventoryOf(issuer, facts);
      if (inventory.status === 'unread') unread = inventory.why;
      if (inventory.status !== 'read' || inventory.namespaces.some(({ name }) => name === account.namespace)) continue;
      const clusters = inventory.clusters.join(', ');
      failures.push({
        discriminator: `${principal.arn} ${value.text}`,
        ...(lacksProvider ? { severity: 'low' as const } : {}),
        ...fail[lacksProvider ? 'without-provider' : 'missing']({
          role: subject.role.name,
          serviceAccount: `${account.namespace}/${account.name}`,
          clusters: inventory.clusters,
          namespace: account.namespace,
        }).message,
        evidence: [
          policyEvidence(subject, 'subject', value),
          {
            what: `namespaces of ${clusters}`,
            got: phrase('{count:namespace}, none with the name {name}', {
              count: inventory.namespaces.length,
              name: account.namespace,
            }),
            volatile: true,
            readFrom: 'list namespaces',
          },
        ],
        place: {
          providerArn: principal.arn,
          issuer: `https://${issuer}`,
          namespace: account.namespace,
          serviceAccount: account.name,
        },
        fix: goneNamespaceFix(subject, { account, value, issuer }, facts),
      });
    }
    return failOrPass(failures, unread);
  },
});
