import { patternRule } from './support/pattern-rule.ts';

/** A whole namespace: also its `default` account, and every one that is created tomorrow. */
export const trustAnyServiceAccountInNamespace = patternRule({
  id: 'trust-any-service-account-in-namespace',
  severity: 'medium',
  title: 'Trust policies name service accounts, not namespaces',
  docs: {
    why: "With system:serviceaccount:<namespace>:* every pod of the namespace may take the role, those of other applications and of the namespace's default account too.",
    fix: 'Name the accounts exactly.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.3',
    ],
  },
  breadth: 'whole-namespaces',
  says: ({ pattern, breadth }) => `${pattern}: every service account of the namespace ${breadth.namespaces.join(', ')}`,
  example: { title: 'all of one namespace', pattern: 'system:serviceaccount:checkout:*' },
});
