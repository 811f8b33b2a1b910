import { phrase } from '../../text.ts';
import { defineRule, iamGuide, pass } from '../prelude.ts';

/** A trust policy that is not JSON, or not a policy, cannot be judged. */
export const trustPolicyUnparseable = defineRule({
  id: 'trust-policy-unparseable',
  kind: 'role',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Trust policies are valid JSON policies',
  fault: 'The trust policy is not a valid JSON policy',
  says: {
    unreadable: [
      'trust policy is invalid',
      'the trust policy of role {role} is not a valid JSON policy: {problem} (line {line}, column {column})',
    ],
  },
  needs: ['roles'],
  why: 'A text that cannot be parsed cannot be judged: neither who can assume the role nor why a pod cannot. IAM refuses to save such a text, so it is most often a template with placeholders or a file that was cut off.',
  fix: 'Write the trust policy again from the form in the EKS User Guide, and keep it as code that is validated before it is applied.',
  references: [iamGuide('reference_policies_grammar'), 'docs/facts.md §A.7'],
  check: ({ role, policy }, _facts, fail) => {
    if (policy.ok) return pass;
    const { problem } = policy;
    const { at } = problem;
    return fail
      .unreadable({ role: role.name, problem: problem.message, line: at.line, column: at.column })
      .at(at)
      .pieces({
        what: 'trust policy',
        got: policy.excerpt,
        wanted: phrase('a JSON policy document with Statement'),
        readFrom: `trust policy of ${role.arn}`,
        at,
      })
      .volatile(['problem'])
      .explains([{ ruleId: 'role-trusts-dead-cluster', subject: role.arn }])
      .fix(
        `Replace the trust policy of ${role.name} with a valid one.`,
        'Which service accounts use the role: the text does not say, so ask its owner.',
      );
  },
});
