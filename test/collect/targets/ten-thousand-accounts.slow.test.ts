/**
 * An organization of 10,000 accounts, the largest that AWS grants (AWS Organizations User Guide, "Quotas and service limits"), on a virtual
 * clock. How many calls a second Organizations takes is not documented for all of them: here five, one after another. Each way
 * to list it ends within four fifths of the time that the template gives the step.
 */
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { beforeAll, expect, test } from '@jest/globals';
import { organizationsControlPolicyReader } from '../../../lib/collect/targets/control-policies.ts';
import { organizationAccounts } from '../../../lib/collect/targets/organization-accounts.ts';
import { auditorStack, templateOf } from '../../support/synthesized.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const accountCount = 10_000;
const unitCount = 300;
const pageSize = 20;
const millisecondsACall = 200;
const idOf = (at: number): string => String(300_000_000_000 + at * 7);
const unitOf = (at: number): string => `ou-root-${String(at).padStart(8, '0')}`;
const accounts = Array.from({ length: accountCount }, (_, at) => ({ Id: idOf(at), Name: `a${at}`, Status: 'ACTIVE' }));
const units = Array.from({ length: unitCount }, (_, at) => ({ Id: unitOf(at) }));
const policies = Array.from({ length: 30 }, (_, at) => ({ Id: `p-${at}`, Name: `policy-${at}`, AwsManaged: false }));

type Input = Readonly<Record<string, unknown>>;
const page = <T>(all: readonly T[], { NextToken }: Input) => {
  const start = Number(NextToken ?? 0);
  const next = start + pageSize < all.length ? { NextToken: String(start + pageSize) } : {};
  return { part: all.slice(start, start + pageSize), next };
};
/** Every tenth policy is on the root, the others on units. */
const targetOf = (policy: string): string =>
  Number(policy.slice(2)) % 10 === 0 ? 'r-root' : unitOf(Number(policy.slice(2)));

const answers: Readonly<Record<string, (input: Input) => object>> = {
  ListAccountsCommand: input => {
    const { part, next } = page(accounts, input);
    return { Accounts: part, ...next };
  },
  ListAccountsForParentCommand: input => {
    const own = accounts.filter((_, at) => unitOf(at % unitCount) === input.ParentId);
    const { part, next } = page(own, input);
    return { Accounts: part, ...next };
  },
  ListOrganizationalUnitsForParentCommand: input => {
    const { part, next } = page(input.ParentId === 'r-root' ? units : [], input);
    return { OrganizationalUnits: part, ...next };
  },
  ListPoliciesCommand: input => {
    const { part, next } = page(policies, input);
    return { Policies: part, ...next };
  },
  ListPoliciesForTargetCommand: () => ({ Policies: [] }),
  ListTargetsForPolicyCommand: ({ PolicyId }) => ({ Targets: [{ TargetId: targetOf(String(PolicyId)), Type: 'ANY' }] }),
  DescribePolicyCommand: () => ({ Policy: { Content: '{"Version":"2012-10-17","Statement":[]}' } }),
  DescribeOrganizationCommand: () => ({ Organization: { MasterAccountId: idOf(0) } }),
};

/** Seconds until the work is done: a call begins when the one before it is answered, whoever asks. */
const secondsOf = async (work: (client: OrganizationsClient) => Promise<unknown>): Promise<number> => {
  const clock = virtualClock();
  let free = 0;
  const send = async (command: { readonly input: Input; readonly constructor: { readonly name: string } }) => {
    free = Math.max(free, clock.now()) + millisecondsACall;
    await clock.sleep(free - clock.now());
    const answer = answers[command.constructor.name];
    if (answer === undefined) throw new Error(`no answer to ${command.constructor.name}`);
    return answer(command.input);
  };
  await clock.run(() => work({ send } as unknown as OrganizationsClient));
  return clock.now() / 1000;
};

let limit = 0;
beforeAll(() => {
  const { Resources } = templateOf(auditorStack({ accounts: { from: 'organization' } }));
  const step = Object.values(Resources).find(
    ({ Properties }) => Properties?.FunctionName === 'irsa-auditor-list-targets',
  );
  limit = Number(step?.Properties.Timeout) * 0.8;
  expect(limit).toBeGreaterThan(0);
});

const listed = (client: OrganizationsClient, organizationalUnits: readonly string[]) =>
  organizationAccounts(client, { exclude: [], organizationalUnits });

test.each([
  ['all', [], []],
  ['all units below the root', ['r-root'], []],
  ['all, with control policies', [], ['policies']],
  ['all units below the root, with control policies', ['r-root'], ['policies']],
] as const)('%s', async (_title, wanted, more) => {
  const seconds = await secondsOf(async client => {
    const found = await listed(client, wanted);
    expect(found).toHaveLength(accountCount);
    if (more.length === 0) return;
    const targets = found.map(({ accountId }) => ({
      accountId,
      regions: ['eu-west-1'],
      roleArn: 'arn:aws:iam::1:role/r',
    }));
    const read = await organizationsControlPolicyReader(client, true, { services: true }).read(targets);
    expect(read.status).toBe('complete');
  });
  expect(seconds).toBeGreaterThan((accountCount / pageSize) * (millisecondsACall / 1000) - 1);
  expect(seconds).toBeLessThan(limit);
});
