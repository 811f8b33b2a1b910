import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lintFiles } from '../../../lib/cli/lint/lint-files.ts';
import { lintRules } from '../../../lib/cli/lint/read-files.ts';
import { lintFormats, renderLint } from '../../../lib/cli/lint/render.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';

const samples = ['trust.json', 'plan.json', 'template.yaml', 'placeholders.json'].map(name => ({
  name,
  text: readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8'),
}));
const scraps = [
  '${X}',
  '{{',
  '}}',
  '*',
  '"',
  '\\',
  '\u0000',
  '\ud800',
  '{',
  '}',
  '[',
  ']',
  ':',
  '__proto__',
  '<A>',
  '!Sub ',
  '&a ',
  '*a',
  '\n',
  '\t- ',
  '%7B',
  '\ufeff',
  '$(',
];
const choice = { rules: lintRules, minSeverity: 'info', toolVersion: '0', now: '2026-11-01T06:00:00.000Z' } as const;

/** Lints and renders. The places of the findings must be in the file. */
const survive = (name: string, text: string): void => {
  const report = lintFiles([{ name, text }], {}, choice);
  const lines = text.split('\n').length;
  for (const { line, column, finding } of report.findings) {
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThan(0);
    expect(finding.message).not.toMatch(/undefined|\[object|policy-under-lint|some-value-/);
  }
  for (const format of lintFormats)
    expect(renderLint(report, format, false)).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
};

describe('no input crashes or hangs lint', () => {
  test('samples with a piece cut, doubled or replaced are survived', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(60),
        fc.array(fc.constantFrom(...scraps), { maxLength: 4 }),
        ({ name, text }, where, length, added) => {
          const at = Math.floor(where * text.length);
          survive(name, text.slice(0, at) + added.join('') + text.slice(at + length));
        },
      ),
      { numRuns: casesOf(300) },
    );
  });

  test('any JSON under the keys that lint reads is survived', () => {
    const keys = [
      'Statement',
      'Resources',
      'Properties',
      'Type',
      'AssumeRolePolicyDocument',
      'Effect',
      'Principal',
      'Federated',
      'Condition',
      'StringLike',
      'Fn::Sub',
      'Ref',
      'Fn::If',
      'Fn::Join',
      'Fn::GetAtt',
      'planned_values',
      'root_module',
      'resources',
      'format_version',
      'values',
      'type',
      '__proto__',
    ];
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(
          'AWS::IAM::Role',
          'aws_iam_role',
          'Allow',
          '*',
          '${A}',
          'system:serviceaccount:a:*',
          1,
          null,
          true,
        ),
        fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 5 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, value => survive('x.json', JSON.stringify(value))),
      { numRuns: casesOf(100) },
    );
  });
});
