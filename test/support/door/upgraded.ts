/** The deployment that the test of upgrades begins with: an auditor of two accounts, with a fast lane and a mail address. */
import type { DrawnPlace } from './drawn-world.ts';

export const upgraded = {
  seed: 21,
  configuration: ({ home, member, organizationId }: DrawnPlace) => ({
    ...{ operations: 'none', accounts: { from: 'list', accountIds: [home, member] } },
    fastLane: { enabled: true, organizationId },
    notifications: [{ to: 'email', addresses: ['platform@example.com'] }],
  }),
};
