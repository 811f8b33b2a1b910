import { expect, test } from '@jest/globals';
import type { HclBody } from '../../../../lib/cli/lint/hcl/hcl-tree.ts';
import { hclReader } from '../../../../lib/cli/lint/hcl/parse-hcl.ts';
import { hclScope } from '../../../../lib/cli/lint/hcl/resolve.ts';
import { policyOfModule } from '../../../../lib/cli/lint/hcl/role-modules.ts';
import { isUnreadable, jsonOfNode } from '../../../../lib/cli/lint/source-tree.ts';

const read = await hclReader();

test('the role of the module for Pod Identity trusts the service with the actions that it needs', () => {
  const text = 'module "cart" {\n  source = "terraform-aws-modules/eks-pod-identity/aws"\n  name   = "cart"\n}\n';
  const body = read(text, 'main.tf');
  if (isUnreadable<HclBody>(body)) throw new Error(body.message);
  const [block] = body.blocks;
  const made = block && policyOfModule(block, hclScope(body.blocks));
  expect(made && JSON.parse(jsonOfNode(made.policy))).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
    ],
  });
});
