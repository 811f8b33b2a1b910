import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';

const provider =
  'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789';
const issuer = provider.replace(/^.*oidc-provider\//, '');

/** A document for one subject, with more lines in its statement. */
const documentFor = (subject: string, more = ''): string => `data "aws_iam_policy_document" "app" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["${provider}"]
    }
    condition {
      test     = "StringLike"
      variable = "${issuer}:sub"
      values   = [${subject}]
    }
    condition {
      test     = "StringEquals"
      variable = "${issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    ${more}
  }
}
`;
const roleOf = (policy: string): string => `resource "aws_iam_role" "app" {\n  assume_role_policy = ${policy}\n}\n`;
const role = roleOf('data.aws_iam_policy_document.app.json');
const module = (inputs: string, name = 'iam-role-for-service-accounts-eks'): string =>
  `module "irsa" {\n  source = "terraform-aws-modules/iam/aws//modules/${name}"\n${inputs}\n}\n`;

describe('roles and policy documents', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['a sound one', documentFor('"system:serviceaccount:shop:cart"') + role, [], []],
    ...(['shop:cart', '*:cart'] as const).map((subject): [string, string, readonly string[], readonly string[]] => [
      `conditions that a caller writes out for a module: ${subject}`,
      module(
        `  provider_url = "${issuer}"\n  provider_trust_policy_conditions = [{ test = "StringLike", variable = "${issuer}:sub", values = ["system:serviceaccount:${subject}"] }]`,
        'iam-assumable-role-with-oidc',
      ),
      subject === 'shop:cart' ? [] : ['main.tf:4 module.irsa trust-any-namespace'],
      [],
    ]),
    [
      'conditions of a module that are not known',
      module(
        `  oidc_providers = { a = { provider_arn = "${provider}", namespace_service_accounts = ["*:cart"] } }\n  assume_role_condition_test = "StringLike"\n  trust_policy_conditions = var.more`,
      ),
      [],
      [
        'main.tf:5 module.irsa: trust_policy_conditions is known only after apply',
        'main.tf:1 module.irsa: further conditions of its trust policy are not checked',
      ],
    ],
    [
      'an empty list of values, which a caller fills in',
      documentFor('') + role,
      [],
      [`main.tf:10 aws_iam_role.app: the values of ${issuer}:sub are filled in later: they are an empty list`],
    ],
    [
      'an issuer with an empty default, which a caller fills in',
      `variable "url" {\n  default = ""\n}\nresource "aws_iam_openid_connect_provider" "eks" {\n  url = var.url\n}\n${roleOf(`jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = aws_iam_openid_connect_provider.eks.arn }, Condition = { StringEquals = { "\${replace(var.url, "https://", "")}:sub" = "system:serviceaccount:shop:cart" } } }] })`)}`,
      [],
      [],
    ],
    [
      'every subject of a provider that is not known',
      roleOf(
        'jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = var.arn }, Condition = { StringLike = { "${var.url}:sub" = "*" } } }] })',
      ),
      [],
      [
        'main.tf:2 aws_iam_role.app: the provider is a placeholder and no condition tests the subject: if the provider is a cluster, every service account in it can assume the role',
      ],
    ],
    [
      'an audience that no service account of the files asks for',
      documentFor('"system:serviceaccount:shop:cart"').replace('sts.amazonaws.com', 'sts.amazon.com') + role,
      [],
      [
        'main.tf:16 aws_iam_role.app: its audience is sts.amazon.com: tokens have sts.amazonaws.com unless the service account is annotated with eks.amazonaws.com/audience',
      ],
    ],
    [
      'every namespace',
      documentFor('"system:serviceaccount:*:cart"') + role,
      ['main.tf:11 aws_iam_role.app trust-any-namespace'],
      [],
    ],
    [
      'one that no role has',
      documentFor('"system:serviceaccount:*:cart"'),
      ['main.tf:11 data.aws_iam_policy_document.app trust-any-namespace'],
      [],
    ],
    [
      'values of two blocks with one key',
      documentFor(
        '"system:serviceaccount:shop:cart"',
        `condition {\n test = "StringLike"\n variable = "${issuer}:sub"\n values = ["system:serviceaccount:*:cart"]\n}`,
      ) + role,
      ['main.tf:21 aws_iam_role.app trust-any-namespace'],
      [],
    ],
    [
      'a subject that is a variable',
      documentFor('var.subject') + role,
      [],
      ['main.tf:11 aws_iam_role.app: the subject ${var.subject} is known only after apply'],
    ],
    ['a namespace that is a variable', documentFor('"system:serviceaccount:${var.ns}:cart"') + role, [], []],
    [
      'a namespace that is a default',
      `variable "ns" {\n default = "*"\n}\n${documentFor('"system:serviceaccount:${var.ns}:cart"')}${role}`,
      ['main.tf:14 aws_iam_role.app trust-any-namespace'],
      [],
    ],
    [
      'a condition of a dynamic block',
      documentFor(
        '"system:serviceaccount:shop:cart"',
        'dynamic "condition" {\n for_each = var.more\n content {\n test = "Bool"\n variable = "aws:SecureTransport"\n values = ["true"]\n }\n }',
      ) + role,
      [],
      ['main.tf:18 aws_iam_role.app: how many blocks dynamic "condition" makes (var.more) is known only after apply'],
    ],
    [
      'statements of another document',
      `${documentFor('"system:serviceaccount:*:cart"')}data "aws_iam_policy_document" "all" {\n  source_policy_documents = [data.aws_iam_policy_document.app.json, var.other]\n}\n${roleOf('data.aws_iam_policy_document.all.json')}`,
      ['main.tf:22 aws_iam_role.app trust-any-namespace'],
      ['main.tf:22 aws_iam_role.app: the statements of var.other are not checked'],
    ],
    ...['data.aws_iam_policy_document.app.minified_json', '"${data.aws_iam_policy_document.app.json}"'].map(
      (from): [string, string, readonly string[], readonly string[]] => [
        `statements of another document by ${from}`,
        `${documentFor('"system:serviceaccount:*:cart"')}data "aws_iam_policy_document" "all" {\n  source_policy_documents = [${from}]\n}\n${roleOf('data.aws_iam_policy_document.all.minified_json')}`,
        ['main.tf:22 aws_iam_role.app trust-any-namespace'],
        [],
      ],
    ),
    [
      'a namespace that a map has twice: the last one counts',
      `locals {\n  ns = { of = "shop", of = "*" }\n}\n${documentFor('"system:serviceaccount:${local.ns.of}:cart"')}${role}`,
      ['main.tf:14 aws_iam_role.app trust-any-namespace'],
      [],
    ],
    [
      'one doubt of another document, that it has twice',
      `${documentFor('"system:serviceaccount:shop:cart"', 'dynamic "condition" {\n for_each = var.more\n content {\n test = "Bool"\n variable = "aws:SecureTransport"\n values = ["true"]\n }\n }\n dynamic "condition" {\n for_each = var.more\n content {\n test = "Bool"\n variable = "aws:SecureTransport"\n values = ["true"]\n }\n }')}data "aws_iam_policy_document" "all" {\n  source_policy_documents = [data.aws_iam_policy_document.app.json]\n}\n${roleOf('data.aws_iam_policy_document.all.json')}`,
      [],
      ['main.tf:37 aws_iam_role.app: how many blocks dynamic "condition" makes (var.more) is known only after apply'],
    ],
    [
      'subjects that are a variable',
      documentFor('"x"').replace('["x"]', 'var.subjects') + role,
      [],
      ['main.tf:11 aws_iam_role.app: the subject ${var.subjects} is known only after apply'],
    ],
    [
      'a document that two roles have: the first is told',
      documentFor('"system:serviceaccount:*:cart"') + role + role.replace('"app"', '"other"'),
      ['main.tf:11 aws_iam_role.app trust-any-namespace'],
      [],
    ],
    [
      'everyone beside a provider',
      documentFor('"system:serviceaccount:shop:cart"', 'principals {\n type = "*"\n identifiers = ["*"]\n }') + role,
      ['main.tf:2 aws_iam_role.app trust-principal-wildcard'],
      [],
    ],
    [
      'documents that take from each other, each from the next of forty',
      `${Array.from({ length: 40 }, (_, at) => `data "aws_iam_policy_document" "d${at}" {\n  source_policy_documents = [data.aws_iam_policy_document.d${at + 1}.json]\n}\n`).join('')}${documentFor('"system:serviceaccount:*:cart"').replace('"app"', '"d40"')}${roleOf('data.aws_iam_policy_document.d0.json')}`,
      [],
      ['main.tf:2 aws_iam_role.app: the statements of data.aws_iam_policy_document.d21.json are not checked'],
    ],
    [
      'a policy that is a variable',
      roleOf('var.policy'),
      [],
      ['main.tf:2 aws_iam_role.app: the trust policy is known only after apply: var.policy'],
    ],
    [
      'a policy from a file',
      roleOf('file("trust.json")'),
      [],
      ['main.tf:2 aws_iam_role.app: the trust policy is known only after apply: file("trust.json")'],
    ],
    [
      'JSON in a heredoc',
      `${roleOf(
        `<<-EOT\n    {"Statement": [{\n      "Effect": "Allow",\n      "Principal": {"Federated": "${provider}"},\n      "Action": "sts:AssumeRoleWithWebIdentity",\n      "Condition": {"StringLike": {"${issuer}:sub": "\${local.subject}"}}\n    }]}\n  EOT`,
      )}locals {\n  subject = "system:serviceaccount:*:cart"\n}\n`,
      ['main.tf:7 aws_iam_role.app trust-any-namespace'],
      [],
    ],
    [
      'a scheme in a key',
      `${roleOf(
        'jsonencode({\n Statement = [{\n Effect = "Allow"\n Action = "sts:AssumeRoleWithWebIdentity"\n Principal = { Federated = aws_iam_openid_connect_provider.x.arn }\n Condition = { StringEquals = { "${aws_eks_cluster.x.identity[0].oidc[0].issuer}:sub" = "system:serviceaccount:a:b" } }\n }]\n})',
      )}resource "aws_iam_openid_connect_provider" "x" {\n  url = aws_eks_cluster.x.identity[0].oidc[0].issuer\n}\n`,
      ['main.tf:7 aws_iam_role.app trust-key-issuer-mismatch'],
      [],
    ],
    [
      'a condition that is a variable',
      roleOf(
        'jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = var.p }, Condition = var.c }] })',
      ),
      [],
      ['main.tf:2 aws_iam_role.app: the condition ${var.c} is known only after apply'],
    ],
    [
      'a role of a service',
      roleOf(
        'jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })',
      ),
      [],
      [],
    ],
  ])('%s', async (_, text, findings, doubts) => {
    const report = await lintTexts({ 'main.tf': text });
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });

  test('the files of a folder are one module, those of another are not', async () => {
    const texts = {
      'a/document.tf': documentFor('local.subject'),
      'a/role.tf': role,
      'a/locals.tf': 'locals {\n  subject = "system:serviceaccount:*:cart"\n}\n',
      'b/role.tf': role,
    };
    const report = await lintTexts(texts);
    expect(findingsIn(report)).toEqual(['a/document.tf:11 aws_iam_role.app trust-any-namespace']);
    expect(doubtsIn(report)).toEqual([
      'b/role.tf:2 aws_iam_role.app: the trust policy is known only after apply: data.aws_iam_policy_document.app.json',
    ]);
  });

  test('a policy without a statement is one', async () => {
    expect(await lintTexts({ 'main.tf': roleOf('jsonencode({ Statement = [] })') })).toMatchObject({
      ...{ policies: 1, findings: [], doubts: [] },
    });
  });

  test('variables of IAM stay variables', async () => {
    const report = await lintTexts({
      'main.tf': documentFor('"system:serviceaccount:&{aws:PrincipalTag/ns}:cart"') + role,
    });
    expect(doubtsIn(report).join('')).not.toContain('known only after apply');
    const named = documentFor('"system:serviceaccount:*:cart"', 'sid = "&{x}"') + role;
    expect((await lintTexts({ 'main.tf': named })).findings[0]?.finding.evidence[0]?.readFrom).toContain('${x}');
  });
});

describe('modules', () => {
  const oidc = 'iam-assumable-role-with-oidc';
  const inputs = (accounts: string, more = ''): string =>
    `${more}  oidc_providers = {\n    main = {\n      provider_arn               = module.eks.oidc_provider_arn\n      namespace_service_accounts = ${accounts}\n    }\n  }`;
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['a sound one', module(inputs('["kube-system:aws-node"]')), [], []],
    ['a sound one of version 6', module(inputs('["kube-system:aws-node"]'), 'iam-role-for-service-accounts'), [], []],
    [
      'an impossible name',
      module(inputs('["kube-system:aws_node"]')),
      ['main.tf:6 module.irsa trust-subject-malformed'],
      [],
    ],
    [
      'a wildcard that is compared as text',
      module(inputs('["kube-system:*"]')),
      ['main.tf:6 module.irsa trust-subject-literal-wildcard'],
      [],
    ],
    [
      'a wildcard that is a pattern',
      module(inputs('["*:aws-node"]', '  assume_role_condition_test = "StringLike"\n')),
      ['main.tf:7 module.irsa trust-any-namespace'],
      [],
    ],
    ['a role that is not made', module(inputs('["*:*"]', '  create_role = false\n')), [], []],
    [
      'accounts that are a variable',
      module(inputs('var.accounts')),
      [],
      ['main.tf:6 module.irsa: namespace_service_accounts is known only after apply'],
    ],
    [
      'an account that is a variable',
      module(inputs('["shop:cart", var.account]')),
      [],
      ['main.tf:6 module.irsa: the service account ${var.account} is known only after apply'],
    ],
    [
      'providers that are a variable',
      module('  oidc_providers = var.providers'),
      [],
      ['main.tf:3 module.irsa: oidc_providers is known only after apply'],
    ],
    [
      'no provider',
      module(''),
      [],
      ['main.tf:1 module.irsa: oidc_providers is not set: no service account can assume the role'],
    ],
    [
      'more statements',
      module(inputs('["a:b"]', '  override_trust_policy_documents = [var.x]\n'), 'iam-role-for-service-accounts'),
      [],
      ['main.tf:3 module.irsa: the statements of override_trust_policy_documents are not checked'],
    ],
    [
      'subjects of the older module',
      module('  provider_url = var.url\n  oidc_fully_qualified_subjects = ["system:serviceaccount:shop:cart"]', oidc),
      [],
      [],
    ],
    [
      'an impossible subject of it',
      module('  provider_url = var.url\n  oidc_fully_qualified_subjects = ["system:serviceaccount:shop:Cart"]', oidc),
      ['main.tf:4 module.irsa trust-subject-malformed'],
      [],
    ],
    [
      'wildcards of it',
      module(
        `  provider_url = "https://${issuer}"\n  oidc_subjects_with_wildcards = ["system:serviceaccount:*:cart"]`,
        oidc,
      ),
      ['main.tf:4 module.irsa trust-any-namespace'],
      [],
    ],
    [
      'no subject of it',
      module(`  provider_urls = ["${issuer}"]`, oidc),
      ['main.tf:1 module.irsa trust-any-subject'],
      [],
    ],
    [
      'subjects of it that are a variable',
      module('  provider_url = var.url\n  oidc_fully_qualified_subjects = var.subjects', oidc),
      [],
      ['main.tf:4 module.irsa: oidc_fully_qualified_subjects is known only after apply'],
    ],
    [
      'a module whose role is not known',
      module('  enable_oidc = true', 'iam-role'),
      [],
      ['main.tf:1 module.irsa: the roles of this module are not checked: lint a plan (terraform show -json)'],
    ],
    [
      'a module that takes subjects',
      'module "x" {\n  source = "./modules/x"\n  service_account = "cart"\n}\n',
      [],
      ['main.tf:1 module.x: the roles of this module are not checked: lint a plan (terraform show -json)'],
    ],
    ['a module of another kind', 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n', [], []],
  ])('%s', async (_, text, findings, doubts) => {
    const report = await lintTexts({ 'main.tf': text });
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });
});

test('the name of a role that a module makes is known where it is no beginning of one', async () => {
  const made = (prefix: string): string =>
    module(
      `  name = "cart"\n${prefix}  oidc_providers = {\n    main = {\n      provider_arn = "${provider}"\n      namespace_service_accounts = ["a:b"]\n    }\n  }`,
      'iam-role-for-service-accounts',
    );
  const account =
    'resource "kubernetes_service_account" "cart" {\n  metadata {\n    name = "cart"\n    namespace = "shop"\n    annotations = {\n      "eks.amazonaws.com/role-arn" = "arn:aws:iam::111122223333:role/cart"\n    }\n  }\n}\n';
  const told = async (prefix: string) =>
    findingsIn(await lintTexts({ 'main.tf': account + made(prefix) })).map(one => one.split(' ').at(-1));
  expect(await told('  use_name_prefix = false\n')).toEqual(['service-account-role-not-trusting']);
  expect(await told('  use_name_prefix = true\n')).toEqual([]);
  expect(await told('')).toEqual([]);
});

test('documents that multiply end in a sentence', async () => {
  const document = (at: number): string =>
    `data "aws_iam_policy_document" "d${at}" {\n  source_policy_documents = [${`data.aws_iam_policy_document.d${at + 1}.json, `.repeat(4)}]\n}\n`;
  const text = Array.from({ length: 30 }, (_, at) => document(at)).join('');
  const { errors } = await lintTexts({ 'main.tf': `${text}${roleOf('data.aws_iam_policy_document.d0.json')}` });
  expect(errors).toEqual([expect.objectContaining({ file: 'main.tf', why: expect.stringMatching(/^too large/) })]);
});
