/**
 * The commands of docs/deploy.md for one account, pasted as they stand: the AWS CLI deploys the templates to an account in which CDK was
 * never bootstrapped (moto).
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Moto, startMoto } from '../support/moto.ts';
import { programs } from '../support/programs.ts';

const page = readFileSync('docs/deploy.md', 'utf8');
const [role = '', events = '', ...others] = [...page.matchAll(/`(aws cloudformation deploy [^`]+)`/g)].map(
  ([, command = '']) => command.replace(/\s+/g, ' '),
);
const [region, auditor] = ['ap-south-1', '424242424242'];
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

let moto: Moto;
let path: string;
beforeAll(async () => {
  moto = await startMoto();
  ({ path } = await programs());
}, 300_000);
afterAll(() => moto.stop());

const pasted = (command: string) =>
  promisify(execFile)('sh', ['-c', command], {
    env: {
      ...{ PATH: path, AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      ...{ AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '' },
    },
  });

test('there is one command for the role and one for the events', () => {
  expect([role, events]).toEqual([
    expect.stringContaining('--template-file docs/member-role.yaml'),
    expect.stringContaining('--template-file docs/member-events.yaml'),
  ]);
  expect(others).toEqual([]);
});

test('the role is made without the bootstrap of CDK, and trusts the functions of the auditor with the external id', async () => {
  await pasted(role.replace('111122223333', auditor).replace('YOUR-EXTERNAL-ID', 'plum-7'));
  const iam = new IAMClient({ region, endpoint: moto.url, credentials });
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'irsa-auditor-read' }));
  iam.destroy();
  const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
  expect(JSON.parse(trust).Statement).toEqual([
    expect.objectContaining({
      Effect: 'Allow',
      Condition: expect.objectContaining({ StringEquals: expect.objectContaining({ 'sts:ExternalId': 'plum-7' }) }),
    }),
  ]);
  expect(trust).toContain(`:${auditor}:`);
  expect(page).toMatch(/-c member-role-of=\d+ --profile member`, which needs `cdk bootstrap` in that account/);
}, 120_000);

test('the events are sent to the bus of the auditor, by one rule: the page wants no second stack', async () => {
  const bus = `arn:aws:events:${region}:${auditor}:event-bus/irsa-auditor-fast-lane`;
  const client = new EventBridgeClient({ region, endpoint: moto.url, credentials });
  const targets = async () => {
    const { Rules = [] } = await client.send(new ListRulesCommand({}));
    const each = await Promise.all(Rules.map(({ Name }) => client.send(new ListTargetsByRuleCommand({ Rule: Name }))));
    return each.flatMap(({ Targets = [] }) => Targets.map(({ Arn }) => Arn));
  };
  await pasted(events.replace('BUS-ARN', bus).replace('REGION', region));
  expect(await targets()).toEqual([bus]);
  client.destroy();
  expect(page.replace(/\s+/g, ' ')).toContain(
    'One stack a region and account is enough: with a second one each event comes twice.',
  );
}, 120_000);
