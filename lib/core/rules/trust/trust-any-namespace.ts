import { patternRule } from './support/pattern-rule.ts';

/** An open namespace: whoever can create a namespace, or a pod in any, gets the role under the right name. */
export const trustAnyNamespace = patternRule({
  id: 'trust-any-namespace',
  severity: 'high',
  title: 'Subject patterns name the namespace',
  docs: {
    why: 'A wildcard in place of the namespace lets in an account of that name from any namespace. A wildcard also runs across the colon: system:serviceaccount:prod* matches every account of every namespace whose name begins with prod.',
    fix: 'Name namespace and account exactly.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
      'docs/facts.md §A.3',
    ],
  },
  breadth: 'namespaces-open',
  says: ({ pattern }) => `${pattern}: service accounts of arbitrary namespaces match it`,
  example: { title: 'any namespace', pattern: 'system:serviceaccount:*:cart' },
});
