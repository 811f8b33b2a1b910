import type { RoleDetail } from '../../../lib/model/account.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `role-unused` is known. */
export const examples: Examples = {
  pass: { title: 'used last week', facts: () => worldWith({ lastUsedAt: '2026-10-25T00:00:00.000Z' }) },
  fail: { title: 'not used for half a year', facts: () => worldWith({ lastUsedAt: '2026-05-01T00:00:00.000Z' }) },
  unknown: { title: 'details of roles were not read', facts: () => someFacts() },
};

const worldWith = (detail: Partial<RoleDetail>) =>
  someFacts({
    roles: complete([
      aRole({ detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {}, ...detail }) }),
    ]),
  });
