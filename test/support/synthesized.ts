import { expect } from '@jest/globals';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App, type Stack } from 'aws-cdk-lib/core';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { AuditorStack } from '../../lib/infra/auditor-stack.ts';
import { MemberRoleStack } from '../../lib/infra/member-role-stack.ts';

/** A configuration that asks for everything that there is. */
export const everything = {
  accounts: { from: 'organization' },
  roleDetails: true,
  rolePermissions: true,
  unusedPermissions: true,
  resourceControlPolicies: true,
  cloudTrail: { enabled: true },
  rbac: true,
  inCluster: {
    enabled: true,
    vpc: {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a1b2c3d4e5f60718'],
      securityGroupIds: ['sg-0a1b2c3d4e5f60718'],
    },
  },
  notifications: [
    { to: 'email', addresses: ['platform@example.com'], when: { minSeverity: 'high', accounts: ['111122223333'] } },
    { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' },
    { to: 'slack', secretName: 'hooks/slack' },
    { to: 'webhook', secretName: 'hooks/own' },
  ],
  weeklySummary: { enabled: true },
  dashboard: true,
  operations: { to: 'email', addresses: ['platform@example.com', 'ops@example.com'] },
  eventBridge: { enabled: true },
  securityHub: { enabled: true },
};

/** As `everything`, and the fast lane. */
export const everythingFast = { ...everything, fastLane: { enabled: true, organizationId: 'o-a1b2c3d4e5' } };

/** An app that is synthesized without CDK's validation, which takes seconds: validation.slow.test.ts has it. */
const plainApp = (): App =>
  new App({ treeMetadata: false, analyticsReporting: false, builtinCloudFormationValidation: false });

/** An assertion of aws-cdk-lib as one of jest's: a test without any fails. */
export const holds = (assertion: () => void): void => expect(assertion).not.toThrow();

/** The auditor's stack of a configuration, handlers not bundled. `version`: the one that the stack tells, if any;
 *  `env`: the region, where it is known at synth. */
export const auditorStack = (
  configuration: object = {},
  keepData?: boolean,
  version?: string,
  app: App = plainApp(),
  env: { readonly region?: string } = {},
): Stack =>
  new AuditorStack(app, 'irsa-auditor', {
    env,
    configuration: parseConfiguration(JSON.stringify(configuration), 'test'),
    code: () => Code.fromInline('exports.handler = () => undefined'),
    ...(keepData === undefined ? {} : { keepData }),
    ...(version === undefined ? {} : { version }),
  });

/** The role of member accounts. */
export const memberRoleStack = (configuration: object = {}, app: App = plainApp()): Stack =>
  new MemberRoleStack(app, 'irsa-auditor-member-role', {
    configuration: parseConfiguration(JSON.stringify(configuration), 'test'),
    auditorAccountId: '111122223333',
  });

/** The parts that a test looks into. */
export type Json = Readonly<Record<string, unknown>>;

/** The template of a stack. */
export const templateOf = (stack: Stack): { readonly Resources: Readonly<Record<string, CfnResource>> } & Json => {
  return JSON.parse(JSON.stringify(App.of(stack)?.synth().getStackByName(stack.stackName).template));
};

export interface CfnResource {
  readonly Type: string;
  readonly Properties: Json;
  readonly DeletionPolicy?: string;
}
