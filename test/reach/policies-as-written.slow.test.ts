/** Policies in the shapes that people write, each with the level that AWS's documented evaluation gives (IAM User Guide: policy
 *  evaluation logic, condition operators, policy elements; Service Authorization Reference): test/fixtures/levels. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import type { RoleLevel } from '../../lib/model/role-level.ts';
import {
  administratorAccess,
  byPods,
  wholeLevelOfApp as levelOfApp,
  policyArn,
  policyOf,
  type SmallRole,
} from './reach-world.ts';

const policy = z.unknown();
const rowOf = z.strictObject({
  what: z.string(),
  /** The level and its way, and a stronger one that is open. */
  level: z.string(),
  inline: z.array(policy),
  /** Managed policies of the account by name. */
  attached: z.record(z.string(), policy).default({}),
  boundary: policy.optional(),
  tags: z.record(z.string(), z.string()).default({}),
  /** Other roles of the account; `alone` without those of every row. */
  roles: z.array(z.custom<SmallRole>()).default([]),
  alone: z.boolean().default(false),
});
type Row = z.output<typeof rowOf>;

const rows: readonly Row[] = readFileSync('test/fixtures/levels/policies.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => rowOf.parse(JSON.parse(line)));

const admin = (name: string, service: string, more: Partial<SmallRole> = {}): SmallRole => ({
  name: `admin-${name}`,
  trusts: { Service: `${service}.amazonaws.com` },
  attached: [administratorAccess],
  ...more,
});
const reads = policyOf({ Action: 's3:GetObject', Resource: '*' });

/** An account with an administrator for each service, and roles that can do little. */
const cast: readonly SmallRole[] = [
  admin('fn', 'lambda'),
  admin('ec2', 'ec2', { inProfile: true }),
  admin('task', 'ecs-tasks'),
  admin('cfn', 'cloudformation'),
  admin('build', 'codebuild'),
  admin('glue', 'glue'),
  admin('sm', 'sagemaker'),
  admin('apprunner', 'tasks.apprunner'),
  admin('core', 'bedrock-agentcore'),
  admin('pipe', 'datapipeline'),
  { name: 'admin-root', trusts: { AWS: 'arn:aws:iam::111122223333:root' }, attached: [administratorAccess] },
  { name: 'reader', trusts: { AWS: 'arn:aws:iam::111122223333:root' }, inline: [reads] },
  { name: 'plain-fn', trusts: { Service: 'lambda.amazonaws.com' }, inline: [reads] },
];

const levelOf = ({ inline, attached, boundary, tags, roles, alone }: Row): RoleLevel =>
  levelOfApp({
    roles: [
      {
        ...{ name: 'app', trusts: byPods, tags, inline: inline.map(text => JSON.stringify(text)) },
        attached: Object.keys(attached).map(policyArn),
        ...(boundary === undefined ? {} : { boundary: policyArn('bound') }),
      },
      ...(alone ? [] : cast),
      ...roles,
    ],
    policies: Object.fromEntries(
      Object.entries({ ...attached, ...(boundary === undefined ? {} : { bound: boundary }) }).map(([name, text]) => [
        policyArn(name),
        JSON.stringify(text),
      ]),
    ),
  });

/** As far as the row says: a way that it does not name may be any. */
const asWanted = (found: RoleLevel, wanted: string): string => {
  const [certain = '', open] = wanted.split(', may be ');
  const told = (level: string, way: string | undefined, named: string): string =>
    named.includes(' ') && way !== undefined ? `${level} ${way}` : level;
  const first = told(found.level, 'way' in found ? found.way.way : undefined, certain);
  const { mayBe } = found;
  return mayBe === undefined ? first : `${first}, may be ${told(mayBe.level, mayBe.way?.way, open ?? ' ')}`;
};

test('the table is one of people: no two rows are the same', () => {
  expect(rows.length).toBeGreaterThan(200);
  expect(new Set(rows.map(({ what }) => what)).size).toBe(rows.length);
});

test.each(rows.map((row): [string, string, Row] => [row.what, row.level, row]))('%s: %s', (_what, level, row) => {
  expect(asWanted(levelOf(row), level)).toBe(level);
});

test('of an administrator by two statements the one is shown that allows all but IAM', () => {
  const inline = [policyOf({ NotAction: 'iam:*', Resource: '*' }, { Action: 'iam:*', Resource: '*' })];
  expect(levelOfApp({ roles: [{ name: 'app', trusts: byPods, inline }] })).toMatchObject({
    shown: { statement: 'Statement[0]', action: '*', resource: '*' },
  });
});
