/** The rule of passed roles, over ways that no list names: a permission of the service that a role trusts is enough to leave it open. */
import { expect, test } from '@jest/globals';
import type { RoleLevel } from '../../lib/model/role-level.ts';
import { account, administratorAccess, byPods, levelOfApp, policyOf, roleArn, type SmallRole } from './reach-world.ts';

const boss = (service: string, more: Partial<SmallRole> = {}): SmallRole => ({
  name: 'boss',
  trusts: { Service: `${service}.amazonaws.com` },
  attached: [administratorAccess],
  ...more,
});
const levelWith = (actions: readonly string[], target: SmallRole, condition?: Record<string, unknown>): RoleLevel =>
  levelOfApp({
    roles: [
      {
        name: 'app',
        trusts: byPods,
        inline: [
          policyOf({ Action: 'iam:PassRole', Resource: roleArn('boss'), ...(condition && { Condition: condition }) }),
          ...actions.map(action => policyOf({ Action: action, Resource: '*' })),
        ],
      },
      target,
    ],
  });
const reached = ({ level, mayBe }: RoleLevel): string =>
  level === 'can-become-administrator' ? 'certain' : mayBe?.level === 'can-become-administrator' ? 'may be' : 'no';

const inProfile = { inProfile: true } as const;
test.each<[way: string, service: string, actions: readonly string[], more: Partial<SmallRole>]>([
  ['EventBridge', 'events', ['events:PutRule', 'events:PutTargets'], {}],
  ['Batch', 'ecs-tasks', ['batch:RegisterJobDefinition', 'batch:SubmitJob'], {}],
  ['EMR', 'ec2', ['elasticmapreduce:RunJobFlow'], inProfile],
  ['CodePipeline', 'codepipeline', ['codepipeline:CreatePipeline'], {}],
  ['Image Builder', 'ec2', ['imagebuilder:CreateInfrastructureConfiguration'], inProfile],
  ['SageMaker, tuning', 'sagemaker', ['sagemaker:CreateHyperParameterTuningJob'], {}],
  ['launch configurations', 'ec2', ['autoscaling:CreateLaunchConfiguration'], inProfile],
  ['instance profiles', 'ec2', ['iam:AddRoleToInstanceProfile'], {}],
  ['node groups', 'ec2', ['eks:CreateNodegroup'], {}],
  ['Systems Manager, documents of AWS', 'ssm', ['ssm:StartAutomationExecution'], {}],
  ['remediation of Config', 'ssm', ['config:StartRemediationExecution'], {}],
  ['a function that something else invokes', 'lambda', ['lambda:CreateFunction'], {}],
  ['a regional name of the service', 'states.eu-west-1', ['states:CreateStateMachine'], {}],
])('%s: may be', (_, service, actions, more) => {
  expect(reached(levelWith(actions, boss(service, more)))).toBe('may be');
});

test.each<[why: string, service: string, actions: readonly string[], condition: Record<string, unknown> | undefined]>([
  ['nothing of the service', 'glue', ['s3:PutObject', 'sqs:SendMessage'], undefined],
  ['reads alone', 'lambda', ['lambda:GetFunction', 'lambda:ListFunctions'], undefined],
  ['tags alone', 'ec2', ['ec2:CreateTags'], undefined],
  [
    'passed to another service',
    'events',
    ['events:*'],
    { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
  ],
  ['an instance takes a profile, and the role is in none', 'ec2', ['ec2:RunInstances'], undefined],
])('%s: no', (_, service, actions, condition) => {
  expect(reached(levelWith(actions, boss(service), condition))).toBe('no');
});

test.each(['states.amazonaws.com', 'states.eu-west-1.amazonaws.com'])(
  'a role that trusts the name of a region is passed to %s',
  name => {
    const condition = { StringEquals: { 'iam:PassedToService': name } };
    expect(reached(levelWith(['states:CreateStateMachine'], boss('states.eu-west-1'), condition))).toBe('may be');
  },
);

test('identity pools of Cognito give their logins a role that is passed to them', () => {
  const pools: SmallRole = {
    name: 'boss',
    trusts: { Federated: 'cognito-identity.amazonaws.com' },
    attached: [administratorAccess],
  };
  expect(reached(levelWith(['cognito-identity:SetIdentityPoolRoles'], pools))).toBe('may be');
  expect(reached(levelWith(['cognito-idp:CreateUserPool'], pools))).toBe('no');
});

test('a chain ends at a role that makes keys of users', () => {
  const keys = policyOf({ Action: 'iam:CreateAccessKey', Resource: `arn:aws:iam::${account}:user/*` });
  const chain = (b: Partial<SmallRole>) =>
    levelOfApp({
      roles: [
        { name: 'app', trusts: byPods, inline: [policyOf({ Action: 'sts:AssumeRole', Resource: roleArn('b') })] },
        { name: 'b', trusts: { AWS: roleArn('app') }, inline: [keys], ...b },
      ],
    });
  expect(chain({})).toMatchObject({ level: 'can-become-role', mayBe: { level: 'can-become-administrator' } });
  expect(chain({ inline: [policyOf({ Action: 's3:GetObject', Resource: '*' })] }).mayBe).toBeUndefined();
});
