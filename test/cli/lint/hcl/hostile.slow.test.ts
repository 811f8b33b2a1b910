import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { casesOf } from '../../../support/sample.ts';
import { lintTexts } from '../lint-texts.ts';

describe('any text of parts is linted without an error of the program', () => {
  const subject = fc.constantFrom(
    '"system:serviceaccount:a:b"',
    'var.x',
    'local.a',
    '[local.a]',
    '"${local.a}:*"',
    '1',
    'null',
    '{}',
  );
  const value = fc.oneof(
    subject,
    fc.constantFrom(
      'data.aws_iam_policy_document.d.json',
      'jsonencode(local.a)',
      'jsonencode({Statement = local.a})',
      'module.m.iam_role_arn',
      '<<E\n{"Statement": ${local.a}}\nE\n',
    ),
  );
  const name = fc.constantFrom(
    'name',
    'assume_role_policy',
    'source',
    'oidc_providers',
    'annotations',
    'namespace',
    'test',
    'variable',
    'values',
    'type',
    'identifiers',
    'source_policy_documents',
    'a',
    'url',
    'default',
    'for_each',
    'role_arn',
    'service_account',
    'associations',
  );
  const attribute = fc.tuple(name, value).map(([key, text]) => `${key} = ${text}\n`);
  const head = fc.constantFrom(
    'resource "aws_iam_role" "r"',
    'data "aws_iam_policy_document" "d"',
    'module "m"',
    'locals',
    'variable "x"',
    'resource "kubernetes_service_account" "k"',
    'resource "aws_eks_pod_identity_association" "p"',
    'statement',
    'condition',
    'principals',
    'metadata',
    'dynamic "statement"',
    'content',
  );
  const { block } = fc.letrec<{ block: string; body: string }>(tie => ({
    body: fc
      .array(fc.oneof({ depthSize: 'small' }, attribute, tie('block')), { maxLength: 5 })
      .map(parts => parts.join('')),
    block: fc.tuple(head, tie('body')).map(([text, body]) => `${text} {\n${body}}\n`),
  }));

  test('Terraform', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 6 }), async blocks => {
        const { files, errors } = await lintTexts({ 'main.tf': blocks.join('') });
        expect(files).toEqual(['main.tf']);
        expect(errors.filter(({ why }) => !/^not valid Terraform|^too large|^nested deeper/.test(why))).toEqual([]);
      }),
      { numRuns: casesOf(300) },
    );
  });

  test('Kubernetes', async () => {
    const scalar = fc.constantFrom(
      'cart',
      'default',
      '${X}',
      '',
      null,
      1,
      true,
      '{{ x }}',
      'arn:aws:iam::111122223333:role/a',
    );
    const key = fc.constantFrom(
      'apiVersion',
      'kind',
      'metadata',
      'name',
      'namespace',
      'annotations',
      'labels',
      'spec',
      'template',
      'containers',
      'env',
      'iam',
      'serviceAccounts',
      'podIdentityAssociations',
      'serviceAccountName',
      'roleARN',
      'items',
      'eks.amazonaws.com/role-arn',
      '__proto__',
      'constructor',
    );
    const { node } = fc.letrec<{ node: unknown }>(tie => ({
      node: fc.oneof(
        { depthSize: 'small' },
        scalar,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
      ),
    }));
    const kind = fc.constantFrom(
      ['v1', 'ServiceAccount'],
      ['apps/v1', 'Deployment'],
      ['batch/v1', 'CronJob'],
      ['v1', 'List'],
      ['v1', 'Pod'],
      ['eksctl.io/v1alpha5', 'ClusterConfig'],
      ['iam.services.k8s.aws/v1alpha1', 'Role'],
      ['iam.aws.upbound.io/v1beta1', 'Role'],
      ['v1', '__proto__'],
    );
    const document = fc
      .tuple(kind, fc.dictionary(key, node, { maxKeys: 5 }))
      .map(([[apiVersion, type], rest]) => ({ ...rest, apiVersion, kind: type }));
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), async documents => {
        const text = documents.map(one => JSON.stringify(one)).join('\n---\n');
        const { errors } = await lintTexts({ 'a.yaml': text });
        expect(errors).toEqual([]);
      }),
      { numRuns: casesOf(500) },
    );
  });
});

test('values that refer to values are bounded in depth', async () => {
  const nested = (inner: string): string => `${'['.repeat(90)}${inner}${']'.repeat(90)}`;
  const locals = Array.from({ length: 49 }, (_, at) => ` l${at} = ${nested(`local.l${at + 1}`)}\n`).join('');
  const text = `locals {\n${locals} l49 = "x"\n}\nresource "aws_iam_role" "r" {\n  assume_role_policy = jsonencode({ Statement = local.l0 })\n}\n`;
  const report = await lintTexts({ 'main.tf': text });
  expect(report.findings.length + report.doubts.length + report.errors.length).toBeGreaterThan(0);
});
