/** Twelve configurations of a deployment: together they ask for everything that there is. */
import type { DrawnPlace } from './drawn-world.ts';

const none = { operations: 'none' };
const mail = { to: 'email', addresses: ['platform@example.com'] };
const vpc = {
  ...{ vpcId: 'vpc-0a1b2c3d4e5f60718', subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a1b2c3d4e5f60718'] },
  securityGroupIds: ['sg-0a1b2c3d4e5f60718'],
};
const hooks = [
  { to: 'slack', secretName: 'plum/slack' },
  { to: 'teams', secretName: 'plum/teams' },
  { to: 'webhook', secretName: 'plum/own' },
];

/** The customer's key of the secret `plum/keyed`. */
export const keyOfSecret = ({ partition, region, home }: DrawnPlace): string =>
  `arn:${partition}:kms:${region}:${home}:key/${keyIdOfSecret}`;
export const keyIdOfSecret = '5ec2e7a0-91b4-4d3e-8a6c-0f1e2d3c4b5a';

type Configuration = (place: DrawnPlace) => object;

/** By name. */
export const doorConfigurations: Readonly<Record<string, Configuration>> = {
  default: () => none,
  list: ({ home, member }) => ({ ...none, accounts: { from: 'list', accountIds: [home, member] } }),
  organization: ({ unit }) => ({
    ...{ ...none, accounts: { from: 'organization', organizationalUnits: [unit] } },
    ...{ resourceControlPolicies: true, rolePermissions: true },
  }),
  fastLane: () => ({ ...none, name: 'tarn', fastLane: { enabled: true } }),
  organizationFast: ({ organizationId }) => ({
    ...{ ...none, accounts: { from: 'organization', organizationalUnits: ['r-abcd'] } },
    resourceControlPolicies: true,
    fastLane: { enabled: true, organizationId },
  }),
  inClusterVpc: () => ({ ...none, inCluster: { enabled: true, vpc } }),
  everything: ({ organizationId }) => ({
    ...{ accounts: { from: 'organization' }, roleDetails: true, rolePermissions: true, unusedPermissions: true },
    ...{ resourceControlPolicies: true, cloudTrail: { enabled: true }, rbac: true, inCluster: { enabled: true, vpc } },
    notifications: [
      { ...mail, when: { minSeverity: 'low' } },
      { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' },
      ...hooks,
    ],
    ...{ weeklySummary: { enabled: true }, dashboard: true, operations: { ...mail, addresses: ['ops@example.com'] } },
    ...{ eventBridge: { enabled: true }, securityHub: { enabled: true }, customerKey: true, regions: 'all' },
    fastLane: { enabled: true, organizationId },
  }),
  customerKey: () => ({ notifications: [mail], operations: mail, customerKey: true }),
  details: () => ({
    ...{ ...none, inCluster: { enabled: true }, rbac: true, rolePermissions: true, unusedPermissions: true },
  }),
  hubAndBus: () => ({ ...none, securityHub: { enabled: true }, eventBridge: { enabled: true } }),
  chats: place => ({
    ...none,
    notifications: [
      { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' },
      ...hooks,
      { to: 'webhook', secretName: 'plum/keyed', secretKeyArn: keyOfSecret(place) },
    ],
  }),
  weekly: () => ({ notifications: [mail], operations: mail, weeklySummary: { enabled: true } }),
};
