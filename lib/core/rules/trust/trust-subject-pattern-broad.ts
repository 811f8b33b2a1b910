import { patternRule } from './support/pattern-rule.ts';

/** Another wildcard: names that do not exist yet are let in as well. */
export const trustSubjectPatternBroad = patternRule({
  id: 'trust-subject-pattern-broad',
  severity: 'low',
  title: 'Subjects are exact',
  docs: {
    why: 'A pattern lets in every account whose name fits, also those that somebody creates later. Who may create service accounts and pods in the namespace may choose a name that fits.',
    fix: 'Name the accounts exactly, or accept the pattern with a waiver that says why.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
      'docs/facts.md §A.3',
    ],
  },
  breadth: 'broad',
  says: ({ pattern }) => `every service account that matches ${pattern}`,
  example: { title: 'a prefix', pattern: 'system:serviceaccount:checkout:cart-*' },
});
