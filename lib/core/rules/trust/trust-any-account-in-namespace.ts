import { complete } from '../../model/collected.ts';
import { defineRule } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { breadthVerdict } from './support/exposure-failure.ts';

/** A whole namespace: also its `default` account, and every one that is created tomorrow. */
export const trustAnyAccountInNamespace = defineRule({
  id: 'trust-any-account-in-namespace',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Trust policies name service accounts, not namespaces',
  needs: [],
  docs: {
    why: "With system:serviceaccount:<namespace>:* every pod of the namespace may take the role, those of other applications and of the namespace's default account too.",
    fix: 'Name the accounts exactly.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.3',
    ],
  },
  check: (subject, facts) =>
    breadthVerdict(
      subject,
      facts,
      'whole-namespaces',
      ({ pattern, breadth }) =>
        `the trust policy of ${subject.role.arn} lets in ${pattern}: every service account of the namespace ${breadth.namespaces.join(', ')}`,
    ),
  examples: {
    pass: { title: 'one account is named', facts: () => someFacts() },
    fail: {
      title: 'all of one namespace',
      facts: () => {
        const condition = {
          StringLike: { [`${exampleIssuer.slice('https://'.length)}:sub`]: 'system:serviceaccount:checkout:*' },
        };
        return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
      },
    },
  },
});
