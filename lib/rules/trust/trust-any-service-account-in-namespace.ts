import { eksGuide } from '../prelude.ts';
import { patternRule } from './patterns/pattern-rule.ts';

/** A whole namespace: also its `default` account, and every one that is created tomorrow. */
export const trustAnyServiceAccountInNamespace = patternRule({
  id: 'trust-any-service-account-in-namespace',
  severity: 'medium',
  title: 'Trust policies name service accounts, not namespaces',
  fault: 'Any service account of a namespace may assume the role',
  brief: 'trusts a whole namespace',
  why: 'With system:serviceaccount:<namespace>:* every pod of the namespace can assume the role, also pods of other applications and pods with the service account default.',
  fix: 'Name the service accounts exactly.',
  references: [eksGuide('associate-service-account-role'), 'docs/facts.md §A.3'],
  breadth: 'whole-namespaces',
  open: 'role {role} trusts every service account in {namespaces} ({pattern})',
  severityWithoutProvider: 'low',
});
