/** Values that Terraform merges: blocks of override files (Terraform language, "Override Files"), and statements with one `sid`
 *  (hashicorp/aws, aws_iam_policy_document). */
import { expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';

const json = (principal: string): string =>
  `jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "${principal}" }, Action = "sts:AssumeRole" }] })`;
const role = (policy: string, more = ''): string =>
  `resource "aws_iam_role" "r" {\n  assume_role_policy = ${policy}\n${more}}\n`;
const own = 'arn:aws:iam::${data.aws_caller_identity.current.account_id}:root';
const statement = (principal: string, sid = ''): string =>
  `  statement {\n${sid && `    sid = ${sid}\n`}    actions = ["sts:AssumeRole"]\n    principals {\n      type        = "AWS"\n      identifiers = ["${principal}"]\n    }\n  }\n`;
const document = (name: string, inside: string): string => `data "aws_iam_policy_document" "${name}" {\n${inside}}\n`;
const ofDocument = role('data.aws_iam_policy_document.t.json');

const linted = async (texts: Readonly<Record<string, string>>) => {
  const report = await lintTexts(texts);
  return { findings: findingsIn(report), doubts: doubtsIn(report) };
};
const quiet = { findings: [], doubts: [] };
const toldAt = (place: string) => ({
  findings: [expect.stringMatching(new RegExp(`^${place}:\\d+ aws_iam_role.r.* trust-principal-wildcard$`))],
  doubts: [],
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ['a policy', { 'main.tf': role(json('*')), 'override.tf': role(json(own)) }],
  ['by a name', { 'main.tf': role(json('*')), 'a_override.tf': role(json(own)) }],
  [
    'of the last one',
    { 'main.tf': role(json('*')), 'a_override.tf': role(json('*')), 'b_override.tf': role(json(own)) },
  ],
  ['of the last block of a file', { 'main.tf': role(json('*')), 'override.tf': role(json('*')) + role(json(own)) }],
  [
    'of JSON',
    {
      'main.tf': role(json('*')),
      'override.tf.json': JSON.stringify({
        resource: {
          aws_iam_role: {
            r: {
              assume_role_policy: JSON.stringify({
                Statement: [{ Effect: 'Allow', Principal: { AWS: own }, Action: 'sts:AssumeRole' }],
              }),
            },
          },
        },
      }),
    },
  ],
  [
    'statements',
    { 'main.tf': ofDocument + document('t', statement('*')), 'override.tf': document('t', statement(own)) },
  ],
  [
    'statements by dynamic ones of an empty kind',
    {
      'main.tf':
        ofDocument +
        document(
          't',
          '  dynamic "statement" {\n    for_each = var.x\n    content {\n      actions = ["sts:AssumeRole"]\n      principals {\n        type = "AWS"\n        identifiers = ["*"]\n      }\n    }\n  }\n',
        ),
      'override.tf': document('t', statement(own)),
    },
  ],
  [
    'a default',
    {
      'main.tf': `${role(json('${var.p}'))}variable "p" {\n  type    = string\n  default = "*"\n}\n`,
      'override.tf': `variable "p" {\n  default = "${own}"\n}\n`,
    },
  ],
  [
    'the argument of a call',
    {
      'm/x.tf': `${role(json('*').replace('"*"', 'var.p'))}variable "p" {\n  default = "${own}"\n}\n`,
      'main.tf': 'module "m" {\n  source = "./m"\n  p      = "*"\n}\n',
      'override.tf': `module "m" {\n  p = "${own}"\n}\n`,
    },
  ],
])('what an override file closes is quiet: %s', async (_, texts) => {
  expect(await linted(texts)).toEqual(quiet);
});

test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ['a policy', { 'main.tf': role(json(own)), 'override.tf': role(json('*')) }, 'override.tf'],
  [
    'of the last one',
    { 'main.tf': role(json(own)), 'b_override.tf': role(json('*')), 'a_override.tf': role(json(own)) },
    'b_override.tf',
  ],
  [
    'another argument',
    { 'main.tf': role(json('*')), 'override.tf': 'resource "aws_iam_role" "r" {\n  name = "app"\n}\n' },
    'main.tf',
  ],
  [
    'another kind of block',
    { 'main.tf': role(json(own)), 'override.tf': role(json('*'), '  lifecycle {\n    prevent_destroy = true\n  }\n') },
    'override.tf',
  ],
  [
    'another role',
    { 'main.tf': role(json(own)), 'override.tf': role(json('*')).replace('"r"', '"r2"') },
    'override.tf',
  ],
  [
    'a name that only ends alike',
    { 'main.tf': role(json(own)).replace('"r"', '"q"'), 'myoverride.tf': role(json('*')) },
    'myoverride.tf',
  ],
])('what an override file opens, or leaves open, is told at its place: %s', async (_, texts, place) => {
  expect(await linted(texts)).toEqual(toldAt(place));
});

const overridden = (before: string, after: string, more = ''): string =>
  ofDocument +
  document('t', `  override_policy_documents = [data.aws_iam_policy_document.o.json]\n${before}`) +
  document('o', after) +
  more;
const sourced = (before: string, after: string): string =>
  ofDocument +
  document('t', `  source_policy_documents = [data.aws_iam_policy_document.o.json]\n${after}`) +
  document('o', before);

test.each<readonly [string, string]>([
  ['by an override', overridden(statement('*', '"Main"'), statement(own, '"Main"'))],
  ['by the own one over a source', sourced(statement('*', '"Main"'), statement(own, '"Main"'))],
  ['by a sid of one expression', overridden(statement('*', 'var.s'), statement(own, 'var.s'))],
  [
    'by an override of an override',
    overridden(
      statement('*', '"Main"'),
      `  override_policy_documents = [data.aws_iam_policy_document.p.json]\n${statement('*', '"Main"')}`,
      document('p', statement(own, '"Main"')),
    ),
  ],
])('a statement that is replaced is not judged: %s', async (_, text) => {
  expect(await linted({ 'main.tf': text })).toEqual(quiet);
});

test.each<readonly [string, string]>([
  ['no sid', overridden(statement('*'), statement(own))],
  ['no sid in the override', overridden(statement('*', '"Main"'), statement(own))],
  ['another sid', overridden(statement('*', '"Main"'), statement(own, '"Other"'))],
  ['one of another case', overridden(statement('*', '"Main"'), statement(own, '"main"'))],
  ['an open override', overridden(statement(own, '"Main"'), statement('*', '"Main"'))],
  ['a source that is not the last', sourced(statement(own, '"Main"'), statement('*', '"Main"'))],
])('a statement that stays is judged: %s', async (_, text) => {
  expect(await linted({ 'main.tf': text })).toEqual(toldAt('main.tf'));
});

const maybe = 'main.tf:5 aws_iam_role.r: whether the statement Main is overridden is not known';

test.each<readonly [string, string, readonly string[]]>([
  [
    'an override that is not known',
    ofDocument + document('t', `  override_policy_documents = var.more\n${statement('*', '"Main"')}`),
    ['main.tf:5 aws_iam_role.r: the statements of var.more are not checked', maybe.replace(':5', ':6')],
  ],
  [
    'a sid that is not known',
    overridden(statement('*', '"Main"'), statement(own, 'var.s')),
    [maybe.replace(':5', ':6')],
  ],
])('whether it is replaced is not known, and told: %s', async (_, text, doubts) => {
  const report = await linted({ 'main.tf': text });
  expect({ ...report, doubts: report.doubts.toSorted() }).toEqual({ findings: [], doubts });
});

test('an override that is not known leaves a statement without a sid, and an empty list is none', async () => {
  const text = ofDocument + document('t', `  override_policy_documents = var.more\n${statement('*')}`);
  expect((await linted({ 'main.tf': text })).findings).toHaveLength(1);
  const closed = ofDocument + document('t', `  override_policy_documents = []\n${statement(own, '"Main"')}`);
  expect(await linted({ 'main.tf': closed })).toEqual(quiet);
});
