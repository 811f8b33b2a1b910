/** The value of each form of an expression, in a module whose values are known in part; and the same where a program writes it as
 *  JSON. */
import { beforeAll, expect, test } from '@jest/globals';
import type { HclBody, HclExpression } from '../../../../lib/cli/lint/hcl/hcl-tree.ts';
import { type HclReader, hclReader } from '../../../../lib/cli/lint/hcl/parse-hcl.ts';
import { hclScope, resolved } from '../../../../lib/cli/lint/hcl/resolve.ts';
import { isUnreadable, jsonOfNode } from '../../../../lib/cli/lint/source-tree.ts';
import { golden } from '../../../support/golden.ts';

const module = `
variable "ns" {
  default = "shop"
}
variable "given" {
  default = "no"
}
variable "open" {}
variable "nothing" {
  default = null
}
variable "count" {
  default = 3
}
locals {
  name  = "cart"
  both  = "\${var.ns}:\${local.name}"
  list  = ["a", var.open, 5]
  map   = { one = "1", "two" = 2, (local.name) = [true], one = "last" }
  deep  = { a = { b = [{ c = "found" }] } }
  round = local.other
  other = local.round
}
resource "aws_eks_cluster" "x" {}
resource "aws_iam_openid_connect_provider" "known" {
  url = "https://oidc.example.com/id/A"
}
resource "aws_iam_openid_connect_provider" "open" {
  url = var.open
}
resource "aws_iam_openid_connect_provider" "of_cluster" {
  url = aws_eks_cluster.x.identity[0].oidc[0].issuer
}
resource "aws_iam_openid_connect_provider" "round" {
  url = "https://\${aws_iam_openid_connect_provider.round.url}"
}
resource "aws_iam_openid_connect_provider" "no_scheme" {
  url = "oidc.example.com"
}
`;
const expressions: readonly string[] = [
  ...['"text"', '5', 'true', 'null', '["a", 1, null]', '{ a = 1, "b" = "2", (var.ns) = var.open }', '[]', '{}'],
  ...['var.ns', 'var.given', 'var.open', 'var.nothing', 'var.count', 'var.none', 'var.ns.x', 'local.none'],
  ...['local.name', 'local.both', 'local.list', 'local.list[0]', 'local.list[1]', 'local.list[9]', 'local.list[var.i]'],
  ...['local.map', 'local.map.one', 'local.map["two"]', 'local.map.cart', 'local.map.cart[0]', 'local.map.none'],
  ...['local.deep.a.b[0].c', 'local.deep.a.b.0.c', 'local.deep.a.b[0].d', 'local.round', 'local.list[*]', 'local'],
  ...[
    '"${var.ns}"',
    '"a-${var.ns}-${var.open}"',
    '"${var.count}x"',
    '"${local.list}"',
    '"x${local.list}"',
    '"$${var.ns}"',
  ],
  ...['"%{ if var.open }a%{ endif }"', '"a\\n\\"b\\""', '<<EOT\na ${var.ns}\n  b\nEOT'],
  ...['jsonencode({ a = var.ns })', 'jsonencode("x", 1)', 'jsonencode()', 'jsondecode("{}")', 'trimspace(" a ")'],
  ...['jsonencode(local.list...)', 'join(":", [var.ns, local.name])', 'var.open ? 1 : 2', '1 + 2', '!true', '-1'],
  ...[
    '[for x in local.list : x]',
    '{ for x in local.list : x => x }',
    '(var.ns)',
    'data.aws_caller_identity.me.account_id',
  ],
  ...[
    'aws_eks_cluster.x.identity[0].oidc[0].issuer',
    'aws_eks_cluster.x.identity.0.oidc.0.issuer',
    'aws_eks_cluster.x.arn',
  ],
  ...['aws_eks_cluster.none[0].identity[0].oidc[0].issuer', 'data.aws_eks_cluster.x.identity[0].oidc[0].issuer'],
  ...['known', 'open', 'of_cluster', 'round', 'no_scheme', 'none'].flatMap(name =>
    ['arn', 'id', 'url', 'client_id_list'].map(part => `aws_iam_openid_connect_provider.${name}.${part}`),
  ),
  ...['aws_iam_openid_connect_provider.known[0].arn', 'aws_iam_openid_connect_provider.known["a"].arn'],
  ...[
    'module.eks.oidc_provider_arn',
    'each.value.name',
    `var.${'x'.repeat(200)}`,
    'upper("a\\\\b/c:d")',
    '"é${var.open}"',
  ],
];

let read: HclReader;
beforeAll(async () => {
  read = await hclReader();
});
const bodyOf = (text: string, name: string): HclBody => {
  const body = read(text, name);
  if (isUnreadable(body)) throw new Error(body.message);
  return body;
};
const attribute = ({ attributes, blocks }: HclBody): HclExpression | undefined =>
  attributes.get('x') ?? blocks.find(({ type }) => type === 'locals')?.attributes.get('x');
const scopeOf = () =>
  hclScope(bodyOf(module, 'main.tf').blocks, new Map(bodyOf('given = "yes"\n', 'a.tfvars').attributes));
const valueIn = (body: HclBody): string => {
  const expression = attribute(body);
  return expression === undefined ? 'nothing' : jsonOfNode(resolved(expression, scopeOf()));
};

test('each form of an expression', () => {
  const told = expressions.map(each => `${each.replaceAll('\n', '↵')}\n  ${valueIn(bodyOf(`x = ${each}\n`, 'x.tf'))}`);
  golden('lint/values.txt', `${told.join('\n')}\n`);
});

test('an expression within a text of JSON is the same', () => {
  const inText = expressions.filter(each => !/^(?:"|<<|[[{]|\d|true|null)/.test(each));
  expect(inText.length).toBeGreaterThan(50);
  for (const each of inText) {
    const json = JSON.stringify({ locals: { x: `\${${each}}` } });
    expect([each, valueIn(bodyOf(json, 'x.tf.json'))]).toEqual([each, valueIn(bodyOf(`x = ${each}\n`, 'x.tf'))]);
  }
});

test('what a program writes as JSON is what a person writes', () => {
  const json = {
    '//': { resource: { aws_iam_role: { none: {} } } },
    resource: {
      '//': 'of a program',
      aws_iam_role: {
        '//': { assume_role_policy: '{}' },
        app: [{ '//': 'x', name: 'app', assume_role_policy: '${data.aws_iam_policy_document.a.json}' }],
      },
    },
    data: {
      aws_iam_policy_document: {
        a: {
          statement: [
            {
              actions: ['x'],
              principals: { type: 'Federated', identifiers: ['p', '${var.p}'] },
              dynamic: { condition: { for_each: '${var.c}', content: { test: 'Bool', '//': 'y' } } },
            },
            { not_principals: [{ type: 'AWS' }, { type: '*' }] },
          ],
        },
      },
    },
    module: { irsa: { source: './x', statement: { a: 1 } } },
    variable: { ns: { default: { statement: ['a'] } } },
    locals: [{ a: 1 }, { b: 'x${local.a}y' }],
    provider: { aws: [{ region: 'a' }, { region: 'b' }] },
    output: { o: { value: '%{ if true }a%{ endif }' } },
  };
  const hcl = `
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = data.aws_iam_policy_document.a.json
}
data "aws_iam_policy_document" "a" {
  statement {
    actions = ["x"]
    principals {
      type = "Federated"
      identifiers = ["p", var.p]
    }
    dynamic "condition" {
      for_each = var.c
      content {
        test = "Bool"
      }
    }
  }
  statement {
    not_principals {
      type = "AWS"
    }
    not_principals {
      type = "*"
    }
  }
}
module "irsa" {
  source = "./x"
  statement = { a = 1 }
}
variable "ns" {
  default = { statement = ["a"] }
}
locals {
  a = 1
}
locals {
  b = "x\${local.a}y"
}
provider "aws" {
  region = "a"
}
provider "aws" {
  region = "b"
}
output "o" {
  value = "%{ if true }a%{ endif }"
}
`;
  /** The tree without places, each key of a map as its text. */
  const plain = (body: HclBody): unknown => ({
    attributes: [...body.attributes].map(([name, value]) => [name, jsonOfNode(resolved(value, hclScope([])))]),
    blocks: body.blocks.map(({ type, labels, ...inner }) => [type, ...labels, plain(inner)]),
  });
  const of = (name: string, text: string) => JSON.parse(JSON.stringify(plain(bodyOf(text, name))));
  expect(of('m.tf.json', JSON.stringify(json))).toEqual(of('m.tf', hcl));
});

test('a text of JSON that is no template is told at its place in the file', () => {
  const json = `{"locals": {\n "a": "x",\n "b": "\${var."}}`;
  const body = read(json, 'x.tf.json');
  expect(isUnreadable(body) ? json.slice(body.offset, body.offset + 4) : '').toBe('"${v');
});
