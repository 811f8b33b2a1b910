/** A finding as it is written and read again: each of its fields with a value that it cannot have. */
import { expect, test } from '@jest/globals';
import { findingShape } from '../../lib/audit/finding-shape.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { examplesOf } from '../support/rule-examples.ts';

const text = {
  ...{ id: 'f-1', ruleId: 'role-unused', subject: 'arn:aws:iam::111122223333:role/a', discriminator: '' },
  ...{
    impact: 'exposes',
    severity: 'high',
    articleStep: 'provider-exists',
    messageId: 'unused',
    data: { days: 90, of: ['a'] },
  },
  ...{
    volatile: ['days'],
    brief: 'unused',
    message: 'It is unused.',
    roleLevel: 'changes-data',
    podError: 'AccessDenied',
  },
  evidence: [
    {
      ...{ what: 'used', got: 'never', wanted: 'lately', readFrom: 'iam:GetRole', at: { line: 1, column: 1 } },
      ...{ data: { at: 'x' }, volatile: true },
    },
  ],
  fix: {
    ...{ summary: 'Delete it.', commands: [], replaces: { kind: 'trust-policy', roleArn: 'arn' }, choice: 'either' },
    ...{ managers: [{ tool: 'Terraform', name: 'a' }], terraform: 'actions = ["a"]', cdk: "clientIds: ['b']" },
    alternatives: [{ summary: 'Keep it.', steps: [], choice: 'or', managers: [{ tool: 'Helm' }] }],
  },
  explains: [{ id: 'f-2', ruleId: 'x', subject: 'y', discriminator: 'z', message: 'm' }],
  waiver: { reason: 'known', owner: 'team', expires: '2026-12-31', upTo: 'high' },
  ...{ accountId: '111122223333', region: 'eu-west-1', clusterName: 'shop', clusterArn: 'arn', namespace: 'n' },
  ...{ serviceAccount: 's', roleArn: 'r', providerArn: 'p', issuer: 'i', owner: 'o' },
};

type Json = { [key: string]: unknown } | unknown[];
/** The paths of all values within a value. */
const pathsIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] => [
  ...(path.length === 0 ? [] : [path]),
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key]))
    : []),
];
/** The finding with another value at a path; without it where the value is undefined. */
const withAt = (path: readonly string[], value: unknown): unknown => {
  const whole = structuredClone(text) as Json;
  const last = path.at(-1) ?? '';
  const place = path.slice(0, -1).reduce<Json>((at, key) => (at as Record<string, Json>)[key] as Json, whole);
  if (value === undefined) delete (place as Record<string, unknown>)[last];
  else (place as Record<string, unknown>)[last] = value;
  return whole;
};
const isRead = (value: unknown): boolean => findingShape.safeParse(value).success;

test('a whole finding is read as it was written', () => {
  expect(findingShape.parse(text)).toEqual(text);
});

test('the code of each rule is read as it was written', () => {
  const fixes = catalog.flatMap(rule =>
    evaluate(examplesOf(rule).fail.facts(), { rules: [rule] }).findings.map(finding => {
      const { terraform, cdk } = findingShape.parse(JSON.parse(JSON.stringify(finding))).fix;
      return { rule: rule.id, written: [finding.fix.terraform, finding.fix.cdk], read: [terraform, cdk] };
    }),
  );
  expect(fixes.filter(({ written }) => written.some(Boolean)).length).toBeGreaterThan(20);
  expect(fixes.map(({ rule, read }) => [rule, read])).toEqual(fixes.map(({ rule, written }) => [rule, written]));
});

test.each([
  ['terraform', 'resource "null_resource" "x" {\n  provisioner "local-exec" {\n    command = "id"\n  }\n}'],
  ['terraform', 'client_id_list = ["${file("/etc/passwd")}"]'],
  ['terraform', 'client_id_list = [file("/etc/passwd")]'],
  ['cdk', "require('node:child_process').execSync('id')"],
  ['cdk', 'clientIds: [`${process.env.HOME}`]'],
])('code that no rule writes is left out: %s %s', (language, code) => {
  const read = findingShape.parse(withAt(['fix', language], code));
  expect(read).toEqual(withAt(['fix', language], undefined));
});

test('a value of another form is refused, wherever it stands', () => {
  const paths = pathsIn(text);
  expect(paths.length).toBeGreaterThan(70);
  const taken = (value: unknown) => paths.filter(path => isRead(withAt(path, value))).map(path => path.join('.'));
  expect(taken({ no: { such: null } })).toEqual([]);
  expect(taken(null)).toEqual([]);
});

test('a word of a list that is not in it is refused', () => {
  const words = [
    ...['impact', 'severity', 'articleStep', 'roleLevel', 'waiver.upTo', 'evidence.0.volatile', 'fix.replaces.kind'],
    ...['fix.managers.0.tool', 'fix.alternatives.0.managers.0.tool'],
  ];
  expect(words.filter(path => isRead(withAt(path.split('.'), 'other')))).toEqual([]);
});

test('places begin at the first line and column', () => {
  const at = (value: object) => isRead(withAt(['evidence', '0', 'at'], value));
  expect([at({ line: 1, column: 1 }), at({ line: 0, column: 1 }), at({ line: 1, column: 0 })]).toEqual([
    ...[true, false, false],
  ]);
});

test('what may be absent', () => {
  const optional = pathsIn(text)
    .filter(path => !/^\d+$/.test(path.at(-1) ?? '') && isRead(withAt(path, undefined)))
    .map(path => path.join('.'));
  expect(optional).toEqual([
    ...['articleStep', 'data.days', 'data.of', 'volatile', 'roleLevel', 'podError'],
    ...['evidence.0.wanted', 'evidence.0.at', 'evidence.0.data', 'evidence.0.data.at', 'evidence.0.volatile'],
    ...['fix.replaces', 'fix.choice', 'fix.managers', 'fix.managers.0.name', 'fix.terraform', 'fix.cdk'],
    ...['fix.alternatives', 'fix.alternatives.0.choice', 'fix.alternatives.0.managers', 'explains.0.discriminator'],
    ...['waiver', 'waiver.upTo', 'region', 'clusterName', 'clusterArn', 'namespace', 'serviceAccount', 'roleArn'],
    ...['providerArn', 'issuer', 'owner'],
  ]);
});

test('commands are made of the steps, and steps that cannot be read are none', () => {
  const fixOf = (fix: object) => findingShape.parse(withAt(['fix'], { summary: 's', ...fix })).fix;
  expect(fixOf({ commands: ['rm -rf /'] })).toEqual({ summary: 's', commands: [] });
  expect(fixOf({ commands: ['rm -rf /'], steps: [{ kind: 'other' }] })).toEqual({ summary: 's', commands: [] });
  expect(fixOf({ commands: ['rm -rf /'], steps: [] })).toEqual({ summary: 's', commands: [], steps: [] });
});
