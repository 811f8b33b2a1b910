import { complete } from '../../model/collected.ts';
import { defineRule, fail, pass } from '../define-rule.ts';
import { aRole, someFacts } from '../example-world.ts';

/** A trust policy that is no JSON, or no policy, is the one that nobody has looked at. */
export const trustPolicyUnparseable = defineRule({
  id: 'trust-policy-unparseable',
  kind: 'role',
  group: 'trust',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Every trust policy can be read',
  needs: ['roles'],
  docs: {
    why: 'What cannot be parsed cannot be judged: neither who gets in nor why a pod does not. IAM refuses such a text on save, so it is most often a template that was never filled in or a file that was cut off.',
    fix: 'Write the trust policy anew from the form in the EKS User Guide, and keep it as code that is validated before it is applied.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
      'docs/facts.md §A.7',
    ],
  },
  check: ({ role, policy }) => {
    if (policy.ok) return pass;
    const { message, at } = policy.problem;
    return fail({
      at,
      message: `the trust policy of ${role.arn} cannot be read: ${message} (line ${at.line}, column ${at.column})`,
      evidence: [
        {
          what: 'trust policy',
          got: policy.excerpt,
          wanted: 'a JSON policy document with Statement',
          readFrom: `trust policy of ${role.arn}`,
          at,
        },
      ],
      fix: {
        summary: `Replace the trust policy of ${role.name} by a valid one.`,
        commands: [],
        choice: 'Which service accounts are to assume the role: only its owner knows; the text does not say.',
      },
      explains: [{ ruleId: 'role-trusts-dead-cluster', subject: role.arn }],
    });
  },
  examples: {
    pass: { title: 'a policy as eksctl writes it', facts: () => someFacts() },
    fail: {
      title: 'a policy that was cut off',
      facts: () => someFacts({ roles: complete([aRole({ trustPolicy: '{"Version":"2012-10-17","Statement":[' })]) }),
    },
  },
});
