/** Levels of roles: accounts of 1,500 roles, a third of which pods can assume, with policies as people write them. Prints JSON.
 *  `node --expose-gc bench/levels.ts 50` for fifty accounts. */

import { actionTable } from '../lib/collect/iam/action-table.ts';
import { complete, notAskedFor, type Role, type RolePermissions } from '../lib/model.ts';
import { levelsOf } from '../lib/reach/levels-of.ts';

const rolesOfAccount = 1500;
const account = (index: number): string => String(100_000_000_000 + index);
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map(one => ({ Effect: 'Allow', ...one })) });

/** Policies in the proportions of an account: most read or write one thing, a few pass roles, one in a hundred is everything. */
const documents = (id: string, index: number): string => {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:${id}:${rest}`;
  if (index % 100 === 0) return policy({ Action: '*', Resource: '*' });
  if (index % 50 === 1)
    return policy(
      { Action: ['lambda:*', 'logs:*'], Resource: '*' },
      { Action: 'iam:PassRole', Resource: `arn:aws:iam::${id}:role/role-*` },
    );
  if (index % 10 === 2) return policy({ Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${id}:role/role-1*` });
  if (index % 5 === 3)
    return policy({
      Action: ['ec2:Create*', 'ec2:Delete*', 'ec2:Describe*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': `team-${index % 7}` } },
    });
  return policy(
    { Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::bucket-${index}/*` },
    { Action: 'dynamodb:*', Resource: arn('dynamodb', `table/table-${index}`) },
  );
};

const trust = (id: string, index: number): string => {
  const services = ['lambda.amazonaws.com', 'ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'];
  const principal =
    index % 3 === 0
      ? { Federated: `arn:aws:iam::${id}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${'A'.repeat(32)}` }
      : index % 3 === 1
        ? { Service: services[index % services.length] }
        : { AWS: `arn:aws:iam::${id}:root` };
  const action = index % 3 === 0 ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole';
  return policy({ Principal: principal, Action: action });
};

const roleOf = (id: string, index: number): Role => ({
  arn: `arn:aws:iam::${id}:role/role-${index}`,
  name: `role-${index}`,
  path: '/',
  trustPolicy: trust(id, index),
  detail: notAskedFor('iam:GetAccountAuthorizationDetails'),
});

const heldOf = (id: string, index: number): RolePermissions => ({
  inline: [{ name: 'own', document: documents(id, index) }],
  attached: [`arn:aws:iam::${id}:policy/shared-${index % 20}`],
  tags: {},
  instanceProfiles: index % 3 === 1 ? ['profile'] : [],
});

const accounts = Number(process.argv[2] ?? 5);
const table = await actionTable();
const counts: Record<string, number> = {};
let peak = 0;
const began = performance.now();
for (let at = 0; at < accounts; at += 1) {
  const id = account(at);
  const roles = Array.from({ length: rolesOfAccount }, (_, index) => roleOf(id, index));
  const texts = {
    roles: Object.fromEntries(roles.map((role, index) => [role.arn, heldOf(id, index)])),
    policies: Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `arn:aws:iam::${id}:policy/shared-${index}`,
        complete(policy({ Action: ['cloudwatch:PutMetricData', 'logs:PutLogEvents'], Resource: '*' })),
      ]),
    ),
  };
  const wanted = roles.filter((_, index) => index % 3 === 0).map(({ arn }) => arn);
  const facts = { accountId: id, partition: 'aws', now: '2026-11-01T06:00:00Z', roles, isComplete: true, texts };
  for (const { level } of Object.values(levelsOf(wanted, facts, table))) counts[level] = (counts[level] ?? 0) + 1;
  global.gc?.();
  peak = Math.max(peak, process.memoryUsage().heapUsed);
}
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    accounts,
    roles: accounts * rolesOfAccount,
    seconds: Number(seconds.toFixed(2)),
    secondsEach: Number((seconds / accounts).toFixed(3)),
    heapMegabytes: Math.round(peak / 1e6),
    levels: counts,
  }),
);
