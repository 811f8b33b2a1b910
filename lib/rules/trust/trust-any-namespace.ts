import { iamGuide } from '../prelude.ts';
import { patternRule } from './patterns/pattern-rule.ts';

/** An open namespace: anyone who can create a namespace, or a pod in any, can assume the role under the right name. */
export const trustAnyNamespace = patternRule({
  id: 'trust-any-namespace',
  severity: 'high',
  title: 'Subject patterns name the namespace',
  fault: 'Service accounts of many namespaces may assume the role',
  brief: 'trusts many namespaces',
  why: 'A wildcard in place of the namespace allows a service account of that name from any namespace. A wildcard also matches the colon: system:serviceaccount:prod* matches every service account of every namespace whose name begins with prod.',
  fix: 'Name namespace and service account exactly.',
  references: [iamGuide('reference_policies_elements_condition_operators'), 'docs/facts.md §A.3'],
  breadth: 'namespaces-open',
  open: 'role {role} trusts service accounts of every namespace that matches {pattern}',
  severityWithoutProvider: 'medium',
});
