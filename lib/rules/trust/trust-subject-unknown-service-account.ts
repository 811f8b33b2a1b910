import { defineRule, failOrPass, notApplicable, unknownFor } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { type ExactSubject, exactSubjects } from './exposure/exact-subjects.ts';
import { unreadProvider } from './exposure/exposure.ts';
import { inventoryOf } from './exposure/inventory.ts';
import {
  type ReadInventory,
  unknownAccountFailure,
  unknownAccountMessage,
} from './trust-subject-unknown-service-account-failure.ts';

/** A service account that does not exist in a namespace that does: a typing error, or a workload that is gone. */
export const trustSubjectUnknownServiceAccount = defineRule({
  id: 'trust-subject-unknown-service-account',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Service accounts that trust policies name exist',
  says: unknownAccountMessage.says,
  needs: ['roles', 'namespaces', 'service-accounts'],
  docs: {
    why: 'The namespace exists, but the service account does not. If another service account of the namespace is annotated with the role and not trusted, the policy has the wrong name and its pods get AccessDenied: that is medium. Else it is info, since a job may create the service account when it runs.',
    fix: 'Correct the name in the trust policy, or create the service account.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §C.2',
    ],
  },
  check: (subject, facts) => {
    const exact = exactSubjects(subject, facts);
    let unread = unreadProvider(subject, facts);
    if (exact.length === 0) return unread === undefined ? notApplicable : unknownFor(unread);
    const failures: Failure[] = [];
    for (const one of exact) {
      const inventory = inventoryOf(one.issuer, facts);
      if (inventory.status === 'unread') unread = inventory.why;
      if (inventory.status === 'read' && isMissing(one, inventory))
        failures.push(unknownAccountFailure(subject, one, inventory, facts));
    }
    return failOrPass(failures, unread);
  },
});

const isMissing = ({ account }: ExactSubject, { namespaces, accounts }: ReadInventory): boolean =>
  namespaces.some(({ name }) => name === account.namespace) &&
  !accounts.some(({ namespace, name }) => namespace === account.namespace && name === account.name);
