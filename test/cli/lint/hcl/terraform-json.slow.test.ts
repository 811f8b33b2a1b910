import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { casesOf } from '../../../support/sample.ts';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';

const provider =
  'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789';
const issuer = provider.replace(/^.*oidc-provider\//, '');
const statement = (subject: string) => ({
  actions: ['sts:AssumeRoleWithWebIdentity'],
  principals: [{ type: 'Federated', identifiers: [provider] }],
  condition: [
    { test: 'StringLike', variable: `${issuer}:sub`, values: [subject] },
    { test: 'StringEquals', variable: `${issuer}:aud`, values: ['sts.amazonaws.com'] },
  ],
});
const json = (subject: string, more: object = {}): string =>
  JSON.stringify({
    '//': { metadata: { backend: 'local' } },
    data: { aws_iam_policy_document: { app: { statement: [statement(subject)] } } },
    resource: {
      aws_iam_role: { app: { name: 'cart', assume_role_policy: '${data.aws_iam_policy_document.app.json}' } },
    },
    ...more,
  });
const any = ['cdk.tf.json:1 aws_iam_role.app trust-any-namespace'];

describe('Terraform as JSON', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['a sound one', json('system:serviceaccount:shop:cart'), [], []],
    ['every namespace', json('system:serviceaccount:*:cart'), any, []],
    ['by a local', json('system:serviceaccount:${local.ns}:cart', { locals: { ns: '*' } }), any, []],
    ['by a default', json('${var.s}', { variable: { s: { default: 'system:serviceaccount:*:cart' } } }), any, []],
    [
      'by a variable',
      json('${var.s}', { variable: [{ s: [{}] }] }),
      [],
      ['cdk.tf.json:1 aws_iam_role.app: the subject ${var.s} is known only after apply'],
    ],
    [
      'as JSON in JSON',
      JSON.stringify({
        resource: [
          {
            aws_iam_role: [
              {
                app: [
                  {
                    assume_role_policy:
                      '${jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = "' +
                      provider +
                      '" } }] })}',
                  },
                ],
              },
            ],
          },
        ],
      }),
      ['cdk.tf.json:1 aws_iam_role.app trust-any-subject'],
      [],
    ],
    [
      'a dynamic block',
      JSON.stringify({
        data: {
          aws_iam_policy_document: {
            app: {
              dynamic: { statement: { for_each: '${var.all}', content: statement('system:serviceaccount:*:cart') } },
            },
          },
        },
        resource: { aws_iam_role: { app: { assume_role_policy: '${data.aws_iam_policy_document.app.json}' } } },
      }),
      any,
      ['cdk.tf.json:1 aws_iam_role.app: how many blocks dynamic "statement" makes (var.all) is known only after apply'],
    ],
  ])('%s', async (_, text, findings, doubts) => {
    const report = await lintTexts({ 'cdk.tf.json': text });
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });

  test('it is one module with the other files of its folder', async () => {
    const texts = { 'a.tf': 'locals {\n  ns = "*"\n}\n', 'b.tf.json': json('system:serviceaccount:${local.ns}:cart') };
    expect(findingsIn(await lintTexts(texts))).toEqual(['b.tf.json:1 aws_iam_role.app trust-any-namespace']);
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /^not valid JSON/],
    ['an expression that does not end', '{"locals": {"a": "${x"}}', /^not valid Terraform/],
    ['an end of its own', '{"locals": {"a": "${x}\\nEND\\nb = 1\\nc = <<END\\n"}}', /^$/],
    ['depth', `{"locals": {"a": ${'['.repeat(200)}${']'.repeat(200)}}}`, /nested/],
  ])('hostile: %s', async (_, text, message) => {
    const { errors } = await lintTexts({ 'a.tf.json': text });
    expect(errors.map(({ why }) => why).join()).toMatch(message);
  });

  test('any JSON is read or refused', async () => {
    const key = fc.constantFrom(
      'resource',
      'data',
      'module',
      'locals',
      'variable',
      'aws_iam_role',
      'aws_iam_policy_document',
      'app',
      'statement',
      'condition',
      'dynamic',
      'content',
      'assume_role_policy',
      'source',
      'associations',
      'aws_eks_pod_identity_association',
      '__proto__',
      '//',
    );
    const text = fc.constantFrom(
      '${data.aws_iam_policy_document.app.json}',
      '${',
      '%{ if x }',
      '$${x}',
      '${local.app}',
      'terraform-aws-modules/eks-pod-identity/aws',
      '\n',
      '${jsonencode(local.app)}',
    );
    const { node } = fc.letrec<{ node: unknown }>(tie => ({
      node: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.constantFrom(null, 1, true),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, node, { maxKeys: 5 }), async root => {
        const { files, errors } = await lintTexts({ 'a.tf.json': JSON.stringify(root) });
        expect(files).toEqual(['a.tf.json']);
        expect(errors.filter(({ why }) => !/^not valid Terraform|^too large|^nested deeper/.test(why))).toEqual([]);
      }),
      { numRuns: casesOf(300) },
    );
  });
});

describe('files of values', () => {
  const main = `variable "ns" {\n  default = "shop"\n}\n`;
  const role = `data "aws_iam_policy_document" "app" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["${provider}"]
    }
    condition {
      test     = "StringLike"
      variable = "${issuer}:sub"
      values   = ["system:serviceaccount:\${var.ns}:cart"]
    }
    condition {
      test     = "StringEquals"
      variable = "${issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "app" {
  assume_role_policy = data.aws_iam_policy_document.app.json
}
`;
  const open = 'ns = "*"\n';
  const at = (owner: string): readonly string[] => [`main.tf:14 ${owner} trust-any-namespace`];
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['the default', {}, []],
    ['terraform.tfvars', { 'terraform.tfvars': open }, at('aws_iam_role.app')],
    ['terraform.tfvars.json', { 'terraform.tfvars.json': '{"ns": "*"}' }, at('aws_iam_role.app')],
    ['a later one counts', { 'terraform.tfvars': open, 'b.auto.tfvars': 'ns = "shop"\n' }, []],
    ['the order of names', { 'a.auto.tfvars': open, 'b.auto.tfvars': 'ns = "shop"\n' }, []],
    ['one of -var-file', { 'prod.tfvars': open }, at('aws_iam_role.app with prod.tfvars')],
    [
      'one of a folder of environments',
      { 'envs/prod/terraform.tfvars': open },
      at('aws_iam_role.app with envs/prod/terraform.tfvars'),
    ],
    [
      'one of the nearest module that has one of its variables',
      { 'm/x.tf': 'variable "other" {}\n', 'm/env/prod.tfvars': open },
      at('aws_iam_role.app with m/env/prod.tfvars'),
    ],
    ['two that are alike', { 'a.tfvars': open, 'b.tfvars': open }, at('aws_iam_role.app with a.tfvars and b.tfvars')],
    ['one of no module', { 'other/x.tf': '', 'other/prod.tfvars': open }, []],
  ])('%s', async (_, files, findings) => {
    const report = await lintTexts({ 'main.tf': main + role, ...files });
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual([]);
  });

  test('a variable that every file gives is known', async () => {
    const texts = {
      'main.tf': `variable "ns" {\n}\n${role.replace('"system:serviceaccount:${var.ns}:cart"', 'var.ns')}`,
      'p.tfvars': 'ns = "system:serviceaccount:shop:cart"\n',
    };
    const report = await lintTexts(texts);
    expect([...findingsIn(report), ...doubtsIn(report)]).toEqual([]);
    expect(doubtsIn(await lintTexts({ ...texts, 'q.tfvars': 'x = 1\n' }))).toHaveLength(1);
  });

  test('values without a module, or that cannot be read, are told', async () => {
    const { errors } = await lintTexts({ 'a/prod.tfvars': 'ns = "x"\n', 'b/bad.tfvars': 'ns = {\n' });
    expect(errors.map(({ file, why }) => `${file} ${why}`)).toEqual([
      'b/bad.tfvars not valid Terraform',
      'a/prod.tfvars values of a Terraform module that is not among these files: name the folder of the module too',
    ]);
  });
});
