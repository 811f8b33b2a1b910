import { iamGuide } from '../prelude.ts';
import { patternRule } from './patterns/pattern-rule.ts';

/** Another wildcard: names that do not exist yet match as well. */
export const trustSubjectPatternBroad = patternRule({
  id: 'trust-subject-pattern-broad',
  severity: 'low',
  title: 'Subjects are exact',
  fault: 'The trust policy allows a pattern of service account names',
  brief: 'trusts a name pattern',
  why: 'A pattern allows every service account whose name matches, also those that are created later. Anyone who can create service accounts and pods in the namespace can choose a name that matches. Low, and info where the pattern is of one namespace and every service account that it allows there has the role by its annotation, as the guides of EFS and of Crossplane have it: who may run pods in the namespace may run them under each of its service accounts.',
  fix: 'Name the service accounts exactly, or accept the pattern with a waiver that says why.',
  references: [iamGuide('reference_policies_elements_condition_operators'), 'docs/facts.md §A.3'],
  breadth: 'broad',
  open: 'role {role} trusts every service account that matches {pattern}',
  severityWithoutProvider: 'info',
});
