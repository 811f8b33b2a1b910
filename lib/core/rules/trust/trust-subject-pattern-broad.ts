import { complete } from '../../model/collected.ts';
import { defineRule } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { breadthVerdict } from './support/exposure-failure.ts';

/** Another wildcard: names that do not exist yet are let in as well. */
export const trustSubjectPatternBroad = defineRule({
  id: 'trust-subject-pattern-broad',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'low',
  articleStep: 'role-trust-policy',
  title: 'Subjects are exact',
  needs: [],
  docs: {
    why: 'A pattern lets in every account whose name fits, also those that somebody creates later. Who may create service accounts and pods in the namespace may choose a name that fits.',
    fix: 'Name the accounts exactly, or accept the pattern with a waiver that says why.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
      'docs/facts.md §A.3',
    ],
  },
  check: (subject, facts) =>
    breadthVerdict(
      subject,
      facts,
      'broad',
      ({ pattern }) => `the trust policy of ${subject.role.arn} lets in every service account that matches ${pattern}`,
    ),
  examples: {
    pass: { title: 'one account is named', facts: () => someFacts() },
    fail: {
      title: 'a prefix',
      facts: () => {
        const condition = {
          StringLike: { [`${exampleIssuer.slice('https://'.length)}:sub`]: 'system:serviceaccount:checkout:cart-*' },
        };
        return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
      },
    },
  },
});
