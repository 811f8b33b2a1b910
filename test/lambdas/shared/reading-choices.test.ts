import { expect, test } from '@jest/globals';
import {
  clusterChoices,
  controlPolicyChoices,
  organizationChoice,
  targetChoices,
} from '../../../lambdas/shared/reading-choices.ts';
import { accountChoices } from '../../../lib/config/choices-read.ts';
import { parseConfiguration } from '../../../lib/config/configuration.ts';

const memberRole = { name: 'irsa-auditor-read', externalId: 'irsa-auditor' };
const least = { roleDetails: false, rolePermissions: false };
const listed = { from: 'list', accountIds: ['111122223333', '444455556666'] };
const ofOrganization = { from: 'organization', exclude: ['444455556666'], organizationalUnits: ['ou-ab12-cd34ef56'] };

/** A configuration, and all that it comes to. What is not given is as for a configuration that says nothing. */
const table: readonly (readonly [configuration: object, choices: object])[] = [
  [{}, {}],
  [{ accounts: listed }, { targets: { choice: listed, options: { regions: ['eu-west-1'], memberRole } } }],
  [
    { accounts: ofOrganization, regions: ['eu-north-1', 'us-west-2'] },
    {
      targets: { choice: ofOrganization, options: { regions: ['eu-north-1', 'us-west-2'], memberRole } },
      organization: ofOrganization,
    },
  ],
  [
    { accounts: listed, memberRole: { name: 'reader', externalId: 'a-secret' } },
    {
      targets: {
        choice: listed,
        options: { regions: ['eu-west-1'], memberRole: { name: 'reader', externalId: 'a-secret' } },
      },
    },
  ],
  [{ regions: 'all' }, { targets: { choice: { from: 'self' }, options: { regions: 'all', memberRole } } }],
  [{ roleDetails: true }, { account: { ...least, roleDetails: true } }],
  [{ rolePermissions: true }, { account: { roleDetails: true, rolePermissions: true } }],
  [
    { unusedPermissions: true, unusedAfterDays: 33 },
    { account: { roleDetails: true, rolePermissions: true, unusedPermissions: { days: 33 } } },
  ],
  [
    { cloudTrail: { enabled: true, lookbackMinutes: 90, maxCalls: 7 } },
    { account: { ...least, cloudTrail: { enabled: true, lookbackMinutes: 90, maxCalls: 7 } } },
  ],
  [{ cloudTrail: { enabled: false, lookbackMinutes: 90 } }, {}],
  [{ resourceControlPolicies: true }, { controlPolicies: { areMembers: false, services: false } }],
  [
    { resourceControlPolicies: true, rolePermissions: true },
    { account: { roleDetails: true, rolePermissions: true }, controlPolicies: { areMembers: false, services: true } },
  ],
  [
    { resourceControlPolicies: true, unusedPermissions: true },
    {
      account: { roleDetails: true, rolePermissions: true, unusedPermissions: { days: 90 } },
      controlPolicies: { areMembers: false, services: true },
    },
  ],
  [
    { accounts: ofOrganization, resourceControlPolicies: true },
    {
      targets: { choice: ofOrganization, options: { regions: ['eu-west-1'], memberRole } },
      organization: ofOrganization,
      controlPolicies: { areMembers: true, services: false },
    },
  ],
  [{ rbac: true, inCluster: { enabled: true } }, { cluster: { rbac: true } }],
];

test.each(table)('%j has this read', (document, choices) => {
  const configuration = parseConfiguration(JSON.stringify(document), 'c.json');
  expect({
    targets: targetChoices(configuration, 'eu-west-1'),
    organization: organizationChoice(configuration),
    controlPolicies: controlPolicyChoices(configuration),
    account: accountChoices(configuration),
    cluster: clusterChoices(configuration),
  }).toEqual({
    targets: { choice: { from: 'self' }, options: { regions: ['eu-west-1'], memberRole } },
    organization: undefined,
    controlPolicies: undefined,
    account: least,
    cluster: { rbac: false },
    ...choices,
  });
});
