import { expect, test } from '@jest/globals';
import { admissionPolicy } from '../../../lib/cli/policy/admission-policy.ts';

test.each([
  ['deny', ['Deny', 'Audit']],
  ['warn', ['Warn', 'Audit']],
  ['audit', ['Audit']],
] as const)(
  'the policy that is to %s is asked of each write of a service account, and so is its binding',
  (action, actions) => {
    const [policy, ...rest] = admissionPolicy('irsa', action);
    expect(policy).toMatchObject({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'irsa' },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['serviceaccounts'] },
          ],
        },
      },
    });
    expect(rest).toEqual([
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: 'irsa' },
        spec: { policyName: 'irsa', validationActions: actions },
      },
    ]);
  },
);
