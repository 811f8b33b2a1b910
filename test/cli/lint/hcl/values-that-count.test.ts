/** The value of a Terraform module that counts: of its callers, of override files, of Terraform and of OpenTofu. */
import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';

const role = (principal: string): string =>
  `resource "aws_iam_role" "r" {\n  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = ${principal}, Action = "sts:AssumeRole" }] })\n}\n`;
const everyone = '{ AWS = "*" }';
const service = '{ Service = "lambda.amazonaws.com" }';
const local = (value: string): string => `locals {\n  p = ${value}\n}\n`;
const variable = (value: string): string => `variable "p" {\n  default = ${value}\n}\n`;
const call = (source: string, value: string): string =>
  `module "m" {\n  source = "${source}"\n  p      = ${value}\n}\n`;

const told = [expect.stringMatching(/ trust-principal-wildcard$/)];

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ['a call', { 'm/x.tf': role('var.p') + variable(service), 'main.tf': call('./m', everyone) }],
  ['a call of a part', { 'm/x.tf': role('{ AWS = var.p }'), 'main.tf': call('./m/', '"*"') }],
  [
    'a call from beside it',
    { 'lib/m/x.tf': role('var.p') + variable(service), 'live/a/main.tf': call('../../lib/m', everyone) },
  ],
  [
    'a call with a local',
    { 'm/x.tf': role('var.p') + variable(service), 'main.tf': call('./m', 'local.p') + local(everyone) },
  ],
  ['one of two calls', { 'm/x.tf': role('var.p'), 'a/a.tf': call('../m', service), 'b/b.tf': call('../m', everyone) }],
  ['an override', { 'override.tf': role('local.p') + local(everyone), 'z.tf': local(service) }],
  ['an override with a name', { 'a_override.tf': local(everyone), 'main.tf': role('local.p') + local(service) }],
  [
    'what Terraform reads',
    { 'main.tf': role('local.p') + local(everyone), 'main.tofu': role('local.p') + local(service) },
  ],
  [
    'what OpenTofu reads',
    { 'main.tf': role('local.p') + local(service), 'main.tofu': role('local.p') + local(everyone) },
  ],
])('%s is judged', async (_, texts) => {
  expect(findingsIn(await lintTexts(texts))).toEqual(told);
});

describe('a value that a caller gets itself', () => {
  const files = { 'm/x.tf': role('var.p') + variable(service), 'n/y.tf': call('../m', 'var.p') + variable(service) };

  test('is that of the caller above', async () => {
    const report = await lintTexts({ ...files, 'main.tf': call('./n', everyone) });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([
      ['m/x.tf:2 aws_iam_role.r with main.tf and n/y.tf trust-principal-wildcard'],
      [],
    ]);
  });

  test('is told where that one does not know it', async () => {
    const report = await lintTexts({ ...files, 'main.tf': call('./n', 'local.none') });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([
      [],
      [expect.stringMatching(/^m\/x\.tf:2 .* is known only after apply$/)],
    ]);
  });

  test('is told where modules call each other', async () => {
    const report = await lintTexts({
      'm/x.tf': role('var.p') + variable(service) + call('../n', 'var.p'),
      'n/y.tf': call('../m', 'var.p') + variable(service),
    });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([
      [],
      [expect.stringMatching(/^m\/x\.tf:2 .* is known only after apply$/)],
    ]);
  });
});

test('what is right in each form is quiet', async () => {
  const report = await lintTexts({
    ...{
      'm/x.tf': role('var.p') + variable(service),
      'main.tf': call('./m', service),
      'a_override.tf': local(service),
    },
    ...{ 'n/main.tf': role('local.p') + local(service), 'n/main.tofu': role('local.p') + local(service) },
  });
  expect([findingsIn(report), doubtsIn(report), report.policies]).toEqual([[], [], 2]);
});
