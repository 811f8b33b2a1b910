import { complete } from '../../model/collected.ts';
import { defineRule } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { breadthVerdict } from './support/exposure-failure.ts';

/** An open namespace: whoever can create a namespace, or a pod in any, gets the role under the right name. */
export const trustAnyNamespace = defineRule({
  id: 'trust-any-namespace',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Subject patterns name the namespace',
  needs: [],
  docs: {
    why: 'A wildcard in place of the namespace lets in an account of that name from any namespace. A wildcard also runs across the colon: system:serviceaccount:prod* matches every account of every namespace whose name begins with prod.',
    fix: 'Name namespace and account exactly.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
      'docs/facts.md §A.3',
    ],
  },
  check: (subject, facts) =>
    breadthVerdict(
      subject,
      facts,
      'namespaces-open',
      ({ pattern }) =>
        `the trust policy of ${subject.role.arn} lets in ${pattern}: service accounts of arbitrary namespaces match it`,
    ),
  examples: {
    pass: { title: 'one account is named', facts: () => someFacts() },
    fail: {
      title: 'any namespace',
      facts: () => {
        const condition = {
          StringLike: { [`${exampleIssuer.slice('https://'.length)}:sub`]: 'system:serviceaccount:*:cart' },
        };
        return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
      },
    },
  },
});
