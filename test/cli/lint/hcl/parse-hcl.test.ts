import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HclBody, HclExpression } from '../../../../lib/cli/lint/hcl/hcl-tree.ts';
import { hclReader } from '../../../../lib/cli/lint/hcl/parse-hcl.ts';
import { hclScope, resolved } from '../../../../lib/cli/lint/hcl/resolve.ts';
import { isUnreadable, jsonOfNode } from '../../../../lib/cli/lint/source-tree.ts';
import { casesOf } from '../../../support/sample.ts';

const reader = await hclReader();
const read = (text: string) => reader(text, 'main.tf');

const bodyOf = (text: string): HclBody => {
  const body = read(text);
  if (isUnreadable<HclBody>(body)) throw new Error(body.message);
  return body;
};

/** The value of attribute `a`, as JSON. */
const valueIn = (text: string): unknown => {
  const { attributes, blocks } = bodyOf(text);
  const value = attributes.get('a');
  return value && JSON.parse(jsonOfNode(resolved(value, hclScope(blocks))));
};

describe('values', () => {
  test.each<[string, string, unknown]>([
    ['a text', 'a = "x"', 'x'],
    ['an empty text', 'a = ""', ''],
    ['escapes', String.raw`a = "q\"\\ \n\t\u00e9\U0001F600"`, 'q"\\ \n\té😀'],
    ['literal markers', 'a = "$${aws:username} %%{x}"', '${aws:username} %{x}'],
    ['a number', 'a = -1', '${-1}'],
    ['a positive number', 'a = 17', 17],
    ['a boolean', 'a = true', true],
    ['null', 'a = null', null],
    ['a list', 'a = ["x", 1,\n]', ['x', 1]],
    ['a map', 'a = { b = 1, "c" : "d"\n e = [] }', { b: 1, c: 'd', e: [] }],
    ['a key that is a value', 'a = { (local.k) = 1 }\nlocals {\n k = "x"\n}', { x: 1 }],
    ['white space around expressions', 'a = "${local.x} - ${ local.x }"\nlocals {\n x = "y"\n}', 'y - y'],
    ['a local', 'a = local.x\nlocals {\n x = "y"\n}', 'y'],
    ['a local of a local', 'a = local.x\nlocals {\n x = local.z\n z = ["q"]\n}', ['q']],
    ['a part of a local', 'a = local.x.y["z"][1]\nlocals {\n x = { y = { z = [1, 2] } }\n}', 2],
    ['a local that refers to itself', 'a = local.x\nlocals {\n x = local.y\n y = local.x\n}', '${local.x}'],
    ['a default', 'a = var.x\nvariable "x" {\n default = "y"\n}', 'y'],
    ['a variable without a default', 'a = var.x\nvariable "x" {}', '${var.x}'],
    ['a default of null', 'a = var.x\nvariable "x" {\n default = null\n}', '${var.x}'],
    ['jsonencode', 'a = jsonencode({ b = "c" })', { b: 'c' }],
    ['a heredoc', 'a = <<EOT\nx ${local.y}\n  z\nEOT\nlocals {\n y = 1\n}', 'x 1\n  z\n'],
    ['another function', 'a = file("/etc/passwd")', "${file('_etc_passwd')}"],
    ['an element of a list of a function', 'a = split("/", "b/c")[1]', 'c'],
    ['a part of such an element, which is not followed', 'a = split("-", "b-c")[1].d', "${split('-', 'b-c')[1].d}"],
    ['an element of such an element', 'a = split("-", "b-c")[1][0]', "${split('-', 'b-c')[1][0]}"],
    ['a condition', 'a = var.x ? "b" : "c"', "${var.x _ 'b' _ 'c'}"],
    ['a splat', 'a = aws_iam_role.x[*].arn', '${aws_iam_role.x[*].arn}'],
    ['a directive', 'a = "x%{ if true }y%{ endif }"', 'x${__ if true _y__ endif _}'],
    ['a cluster', 'a = aws_eks_cluster.x.identity[0].oidc[0].issuer', 'https://${aws_eks_cluster.x.issuer}'],
    [
      'a provider',
      'a = aws_iam_openid_connect_provider.x[0].arn\nresource "aws_iam_openid_connect_provider" "x" {\n url = "https://issuer.example/id/1"\n}',
      'arn:${partition}:iam::${account}:oidc-provider/issuer.example/id/1',
    ],
  ])('%s', (_, text, expected) => {
    expect(valueIn(text)).toEqual(expected);
  });

  test('places count characters, and not bytes', () => {
    const text = 'b = "é😀"\na = "here"';
    const value = bodyOf(text).attributes.get('a');
    expect(text.slice(value?.at, value?.end)).toBe('"here"');
  });

  test('what JSON can write is read as it was written', () => {
    const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' });
    fc.assert(
      fc.property(json, value => {
        const text = JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
        fc.pre(!/-\d|[Ee][+-]/.test(text));
        expect(JSON.parse(JSON.stringify(valueIn(`a = ${text}`)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: casesOf(300) },
    );
  });
});

describe('hostile texts end in a sentence, soon', () => {
  test.each<[string, string, RegExp]>([
    ['brackets', `a = ${'['.repeat(50_000)}`, /not valid Terraform/],
    ['closed brackets', `a = ${'['.repeat(5000)}${']'.repeat(5000)}`, /nested deeper than 100 levels/],
    ['expressions in texts', `a = ${'"${'.repeat(10_000)}`, /not valid Terraform/],
    ['blocks', `${'a {\n'.repeat(2000)}${'}\n'.repeat(2000)}`, /nested deeper than 100 levels/],
    ['size', `a = "${'x'.repeat(2_000_000)}"`, /too large: \d+ characters; the limit of a Terraform file is/],
    ['an open block', 'a {\n', /not valid Terraform/],
    ['JSON', '{"a": 1}', /not valid Terraform/],
    ['no text', '\u0000\u0001', /not valid Terraform/],
  ])('%s', (_, text, message) => {
    expect(read(text)).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('locals that multiply', () => {
    const locals = Array.from({ length: 30 }, (_, at) => ` l${at} = [local.l${at + 1}, local.l${at + 1}]\n`);
    expect(() => valueIn(`a = local.l0\nlocals {\n${locals.join('')} l30 = "x"\n}`)).toThrow(/too large/);
  });

  test('texts that multiply', () => {
    const locals = Array.from({ length: 30 }, (_, at) => ` l${at} = "-\${local.l${at + 1}}\${local.l${at + 1}}"\n`);
    expect(() => valueIn(`a = local.l0\nlocals {\n${locals.join('')} l30 = "${'x'.repeat(1000)}"\n}`)).toThrow(
      /too large/,
    );
  });

  test('any text is read or refused', () => {
    const token = fc.constantFrom(
      'a',
      '=',
      '{',
      '}',
      '"',
      '${',
      '[',
      ']',
      '<<E\n',
      'E\n',
      '\n',
      '(',
      ')',
      '.',
      '*',
      '%{',
      '#',
      '?',
      ':',
      ',',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), tokens => {
        const body = read(tokens.join(''));
        const values: HclExpression[] = isUnreadable<HclBody>(body) ? [] : [...body.attributes.values()];
        for (const value of values) expect(resolved(value, hclScope([]))).toHaveProperty('kind');
        expect(isUnreadable<HclBody>(body) || body.blocks.length >= 0).toBe(true);
      }),
      { numRuns: casesOf(500) },
    );
  });
});
