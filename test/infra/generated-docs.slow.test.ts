import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { destinationKinds } from '../../lib/config/destinations.ts';
import { featuresOf } from '../../lib/infra/features.ts';
import { memberPermissions, permissions } from '../../lib/infra/permissions.ts';
import { infraDocs } from '../../scripts/infra-docs.ts';
import { everything, everythingFast, memberRoleStack, templateOf } from '../support/synthesized.ts';

test.each(Object.entries(infraDocs()))('%s is what the code says (npm run docs)', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('the page of permissions has every action', () => {
  const page = readFileSync('docs/permissions.md', 'utf8');
  const all = [...Object.values(permissions), ...Object.values(destinationKinds).map(kind => kind.permissions)];
  const actions = all.flatMap(list => list.flatMap(each => each.actions));
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter(action => !page.includes(`\`${action}\``))).toEqual([]);
});

const plainTemplate = z.object({
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.object({ Role: z.unknown() }),
});
const statement = z.object({ Action: z.union([z.string(), z.array(z.string())]) });
const optional = z.object({ 'Fn::If': z.tuple([z.string(), statement, z.unknown()]) });
const roleWithPolicies = z.object({
  Properties: z.object({
    Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.union([statement, optional])) }) })),
  }),
});
type Statement = z.output<typeof statement> | z.output<typeof optional>;

const statementsOf = (role: unknown): readonly Statement[] =>
  roleWithPolicies.parse(role).Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

const roleOfStack = (configuration: object) =>
  Object.values(templateOf(memberRoleStack(configuration)).Resources).find(({ Type }) => Type === 'AWS::IAM::Role');

/** The actions that statements allow where these parameters are true. */
const allowed = (statements: readonly Statement[], parameters: readonly string[]): readonly string[] =>
  statements
    .flatMap(each => {
      if (!('Fn::If' in each)) return each.Action;
      const [parameter, then] = each['Fn::If'];
      return parameters.includes(parameter) ? then.Action : [];
    })
    .sort();

const features = featuresOf(parseConfiguration(JSON.stringify({ ...everythingFast, customerKey: true }), 'test'));

test('the configuration that asks for everything asks for every feature', () => {
  const wanted = Object.values(permissions).flatMap(some => some.flatMap(({ when }) => when ?? []));
  expect([...new Set(wanted)].filter(feature => !features.has(feature))).toEqual([]);
  expect(features.size).toBe(13);
});

describe('the plain role of a member account', () => {
  const text = readFileSync('docs/member-role.yaml', 'utf8');
  const inPlain = [...text.matchAll(/- ((?:iam|eks|cloudtrail|servicequotas):\w+)$/gm)]
    .map(([, action]) => action ?? '')
    .sort();
  const wanted = memberPermissions(features).flatMap(({ actions }) => [...actions]);
  const parsed = plainTemplate.parse(parse(text));

  test('may do what the table says', () => expect(inPlain).toEqual([...wanted].sort()));

  const { vpc } = everything.inCluster;
  test.each<readonly [reading: string, configuration: object, parameters: readonly string[]]>([
    ['nothing beside the usual', {}, []],
    ['roleDetails', { roleDetails: true }, ['ReadRoleDetails']],
    ['rolePermissions', { rolePermissions: true }, ['ReadRoleDetails', 'ReadRolePermissions']],
    ['unusedPermissions', { unusedPermissions: true }, ['ReadRoleDetails', 'ReadRolePermissions', 'ReadServiceUse']],
    ['cloudTrail', { cloudTrail: { enabled: true } }, ['ReadCloudTrail']],
    ['inCluster', { inCluster: { enabled: true, vpc } }, ['ReadClusters']],
    ['rbac', { inCluster: { enabled: true, vpc }, rbac: true }, ['ReadClusters', 'ReadAccessEntries']],
    ['everything', everything, Object.keys(parsed.Conditions)],
  ])('with the parameters for %s may do what the stack’s role may do', (_, configuration, parameters) => {
    expect(allowed(statementsOf(parsed.Resources.Role), parameters)).toEqual(
      allowed(statementsOf(roleOfStack(configuration)), []),
    );
  });

  test('is assumed by the two collecting roles with an external id, and by nobody else', () => {
    const trust = z
      .object({
        Resources: z.object({
          Role: z.object({
            Properties: z.object({ AssumeRolePolicyDocument: z.object({ Statement: z.array(z.unknown()) }) }),
          }),
        }),
      })
      .parse(parse(text)).Resources.Role.Properties.AssumeRolePolicyDocument.Statement;
    expect(trust).toHaveLength(1);
    expect(JSON.stringify(trust)).toContain('"sts:ExternalId":{"Ref":"ExternalId"}');
    expect(JSON.stringify(trust).match(/AuditorName\}-[\w-]+/g)).toEqual([
      'AuditorName}-collect-account',
      'AuditorName}-collect-cluster',
    ]);
  });
});

describe('the JSON schema of the configuration', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync('docs/schema/config.json', 'utf8')),
  );
  test.each([
    ['the shipped one', JSON.parse(readFileSync('irsa-auditor.config.json', 'utf8'))],
    ['an empty one', {}],
    ['one that asks for everything', everything],
  ])('accepts %s', (_, document) => expect([validate(document), validate.errors]).toEqual([true, null]));
  test.each([
    ['an unknown key', { shedule: {} }],
    ['a severity that is none', { minSeverity: 'urgent' }],
    ['a destination that is none', { notifications: [{ to: 'pager' }] }],
  ])('refuses %s', (_, document) => expect(validate(document)).toBe(false));
});
