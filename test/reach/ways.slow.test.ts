import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { RoleLevel } from '../../lib/model/role-level.ts';
import { roleWays, selfWays, userWays } from '../../lib/reach/ways/iam-ways.ts';
import { furtherWays, serviceWays } from '../../lib/reach/ways/service-ways.ts';
import { shapes } from '../../lib/reach/ways/shapes.ts';
import type { ActionNeed, Way } from '../../lib/reach/ways/way.ts';
import {
  account,
  administratorAccess,
  byPods,
  everything,
  levelOfApp,
  policyArn,
  policyOf,
  roleArn,
  type SmallAccount,
  type SmallRole,
  type StatementText,
} from './reach-world.ts';

const ofCatalogue: readonly Way[] = [...selfWays, ...roleWays, ...userWays, ...serviceWays];
const ways: readonly Way[] = [...ofCatalogue, ...furtherWays];
const table = ways.map((way): [string, Way] => [way.id, way]);

test('the table has the ways of the catalogue, each with the actions that it needs', () => {
  const catalogue = readFileSync('test/fixtures/escalations/paths.jsonl', 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .map(({ id, kind, required }) => [id, kind, [...required].sort()]);
  const own = ofCatalogue.map(({ id, kind, needs }) => [id, kind, [...new Set(needs.map(need => need.action))].sort()]);
  const byId = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
  expect(catalogue).toHaveLength(65);
  expect(own.toSorted(byId)).toEqual(catalogue.toSorted(byId));
});

const sample = (shape: string): string =>
  shape
    .replace('${Partition}', 'aws')
    .replace('${Region}', 'eu-west-1')
    .replace('${Account}', account)
    .replaceAll(/\$\{\w+\}/g, 'thing');

const resourcesOf = ({ on }: ActionNeed): readonly string[] => {
  switch (on) {
    case 'self':
      return [roleArn('app')];
    case 'role':
      return [roleArn('target')];
    case 'policy-of-self':
      return [policyArn('of-app')];
    case 'boundary-of-self':
      return [policyArn('bound')];
    case 'policy-of-role':
      return [policyArn('of-target')];
    case 'user':
    case 'group':
      return [sample(shapes[on])];
    case 'everything':
      return ['*'];
    default:
      return on.map(one => sample(typeof one === 'string' ? one : (one[0] ?? '')));
  }
};

const grant = (need: ActionNeed, over: StatementText = {}): StatementText => ({
  Action: need.action,
  Resource: resourcesOf(need),
  ...over,
});

/** The role that the way leads to: an administrator, unless the way makes it one. */
const targetOf = ({ services, assumes, changes, inProfile }: Way): SmallRole => ({
  name: 'target',
  trusts: services
    ? { Service: services[0] ?? '' }
    : assumes
      ? { AWS: `arn:aws:iam::${account}:root` }
      : { Service: 'batch.amazonaws.com' },
  attached: changes ? [policyArn('of-target')] : [administratorAccess],
  ...(inProfile ? { inProfile } : {}),
});

const worldOf = (way: Way, statements: readonly StatementText[], app: Partial<SmallRole> = {}): SmallAccount => ({
  roles: [
    {
      name: 'app',
      trusts: byPods,
      inline: statements.length === 0 ? [] : [policyOf(...statements)],
      attached: [policyArn('of-app')],
      ...app,
    },
    targetOf(way),
  ],
  policies: {
    [policyArn('of-app')]: policyOf({ Action: 'sts:GetCallerIdentity', Resource: '*' }),
    [policyArn('of-target')]: policyOf({ Action: 'sts:GetCallerIdentity', Resource: '*' }),
    [policyArn('bound')]: everything,
  },
});

const needsOf = ({ needs }: Way): readonly StatementText[] => needs.map(need => grant(need));

const certainBy = (level: RoleLevel): string | undefined =>
  level.level === 'can-become-administrator' ? level.way.way : undefined;
const anyBy = (level: RoleLevel): readonly (string | undefined)[] => [certainBy(level), level.mayBe?.way?.way];

test.each(table)('%s: the least policy has it', (id, way) => {
  const level = levelOfApp(worldOf(way, needsOf(way)));
  if (way.depends === undefined) expect(level).toMatchObject({ level: 'can-become-administrator', way: { way: id } });
  else
    expect(level).toMatchObject({
      mayBe: { level: 'can-become-administrator', because: expect.stringContaining(way.depends), way: { way: id } },
    });
  const shown = level.level === 'can-become-administrator' ? level.way.steps : (level.mayBe?.way?.steps ?? []);
  expect(new Set(shown.map(({ action }) => action))).toEqual(new Set(way.needs.map(({ action }) => action)));
});

const without = ways.flatMap(way =>
  way.needs.map(({ action }): [string, string, Way] => [
    way.id,
    action,
    { ...way, needs: way.needs.filter(need => need.action !== action) },
  ]),
);

test.each(without)('%s: without %s it has it not', (id, _action, way) => {
  expect(anyBy(levelOfApp(worldOf(way, needsOf(way))))).not.toContain(id);
});

const pieces = ways.flatMap(way =>
  way.needs.map((need, at): [string, string, Way, number] => [way.id, need.action, way, at]),
);
const replaced = (way: Way, at: number, over: StatementText): readonly StatementText[] =>
  way.needs.map((need, index) => grant(need, index === at ? over : {}));

test.each(pieces)('%s: %s on another resource is not enough', (id, _action, way, at) => {
  const other = replaced(way, at, { Resource: `arn:aws:iam::${account}:role/other` });
  expect(anyBy(levelOfApp(worldOf(way, other)))).not.toContain(id);
});

test.each(pieces)('%s: %s under a condition that the role does not meet is refused', (id, _action, way, at) => {
  const closed = replaced(way, at, { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'other' } } });
  expect(anyBy(levelOfApp(worldOf(way, closed)))).not.toContain(id);
});

test.each(pieces)('%s: %s from one network alone is open', (id, _action, way, at) => {
  const level = levelOfApp(
    worldOf(way, replaced(way, at, { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })),
  );
  expect(certainBy(level)).not.toBe(id);
  expect(level.mayBe).toMatchObject({ way: { way: id }, because: expect.stringContaining('SourceIp') });
});

test.each(pieces)('%s: a boundary without %s closes it', (id, action, way) => {
  const bounded = worldOf(way, needsOf(way), { boundary: policyArn('bound') });
  const policies = { ...bounded.policies, [policyArn('bound')]: policyOf({ NotAction: action, Resource: '*' }) };
  expect(anyBy(levelOfApp({ ...bounded, policies }))).not.toContain(id);
  expect(anyBy(levelOfApp(bounded))).toContain(id);
});

test.each(pieces)('%s: a Deny of %s closes it', (id, action, way) => {
  const denied = [...needsOf(way), { Effect: 'Deny', Action: action, Resource: '*' }];
  expect(anyBy(levelOfApp(worldOf(way, denied)))).not.toContain(id);
});

test.each(pieces)('%s: NotAction of %s does not allow it, and one of something else does', (id, action, way, at) => {
  const others = needsOf(way).filter((_, index) => index !== at);
  const leftOut = way.needs.map(need => need.action);
  expect(anyBy(levelOfApp(worldOf(way, [...others, { NotAction: leftOut, Resource: '*' }])))).not.toContain(id);
  const rest = { NotAction: ['iam:*', 'sts:*', ...leftOut].filter(one => one !== action), Resource: '*' };
  const all = anyBy(levelOfApp(worldOf(way, [...others, rest])));
  if (!/^(?:iam|sts):/.test(action)) expect(all.some(one => one !== undefined)).toBe(true);
});

/** The same need in other words. */
const words: readonly (readonly [string, (one: StatementText) => StatementText])[] = [
  ['in capitals', one => ({ ...one, Action: String(one.Action).toUpperCase() })],
  ['with a star in the middle', one => ({ ...one, Action: String(one.Action).replace(/:(.).*(.)$/, ':$1*$2') })],
  ['with a ? for some letters', one => ({ ...one, Action: String(one.Action).replaceAll(/(?<=:.*)(..)./g, '$1?') })],
  ['among others', one => ({ ...one, Action: ['s3:GetObject', one.Action, 'sqs:*'] })],
  ['for any partition and account', one => ({ ...one, Resource: inAny(one.Resource) })],
  ['by a name with ?', one => ({ ...one, Resource: listOf(one.Resource).map(text => text.replace(/[^*]$/, '?')) })],
  ['under conditions that hold', one => ({ ...one, Condition: holding })],
];
const listOf = (resource: unknown): readonly string[] => [resource].flat().map(String);
const inAny = (resource: unknown): readonly string[] =>
  listOf(resource).map(text => text.replace(/^arn:aws:/, 'arn:*:').replace(account, '1111*'));
const holding = {
  StringEquals: { 'aws:PrincipalTag/team': ['other', 'own'] },
  'ForAllValues:ArnLike': { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' },
  StringEqualsIfExists: { 'aws:SourceAccount': account },
  DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
};

describe.each(words)('%s', (_words, said) => {
  test.each(table)('%s', (id, way) => {
    const statements = needsOf(way).map(said);
    expect(anyBy(levelOfApp(worldOf(way, statements, { tags: { team: 'own' } })))).toContain(id);
  });
});

test.each(table)('%s: over an inline policy for each action', (id, way) => {
  const world = worldOf(way, [], { inline: needsOf(way).map(one => policyOf(one)) });
  expect(anyBy(levelOfApp(world))).toContain(id);
});

test.each(table)('%s: NotResource of something else gives it, or a shorter way', (_id, way) => {
  const statements = needsOf(way).map(({ Resource: _, ...one }) => ({ ...one, NotResource: 'arn:aws:s3:::*' }));
  expect(anyBy(levelOfApp(worldOf(way, statements))).some(one => one !== undefined)).toBe(true);
});
