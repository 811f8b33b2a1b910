import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { factsOfAccount } from '../../lib/audit/steps/facts-of.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import { type Collected, complete, unavailable } from '../../lib/model/collected.ts';
import type { Organization } from '../../lib/model/snapshot.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { trustOpenToAccounts } from '../../lib/rules/trust/trust-open-to-accounts.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

const [main, other] = ['111122223333', '444455556666'];
const far = `arn:aws:iam::${other}:role/far`;
const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (AWS: string, Condition: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', Condition },
});

/** The facts of the main account in a run over two, as the steps hand them on by documents. */
const factsOfRun = async (trusted: object, organization?: Collected<Organization>) => {
  const trustPolicy = policyOf(JSON.parse(aTrustPolicy()).Statement[0], trusted);
  const farRole = aRole({ arn: far, name: 'far', trustPolicy: policyOf(allow('*')) });
  const ports = portsOver(
    {
      [main]: aSnapshot({ roles: complete([aRole({ trustPolicy })]) }),
      [other]: aSnapshot({ accountId: other, roles: complete([farRole]) }),
    },
    organization === undefined ? {} : { organization: { read: async () => organization } },
  );
  const state = await listTargets(ports, aStart());
  const choices = someChoices();
  for (const accountId of state.accounts) await collectAccount(ports, choices, { ...aStart(), accountId });
  await indexIssuers(ports, choices, state);
  await probeIssuers(ports, state);
  const read = await factsOfAccount(ports.documents, choices, { ...aStart(), accountId: main });
  if ('reason' in read) throw new Error(read.reason.message);
  const said = evaluate(read.facts, { rules: [trustOpenToAccounts] }).findings;
  return { gaps: read.gaps, said: said.map(({ severity, message }) => `${severity}: ${message}`) };
};

test('a role of another account that a trust policy names is read, and one hop is followed', async () => {
  expect((await factsOfRun(allow(far))).said).toEqual([
    'critical: any AWS account can assume role far, which can assume role checkout-cart',
  ]);
});

test('an account that left no reading, though the index has it, is unread for whoever names its roles', async () => {
  const ports = portsOver({
    [main]: aSnapshot({
      roles: complete([aRole({ trustPolicy: policyOf(JSON.parse(aTrustPolicy()).Statement[0], allow(far)) })]),
    }),
    [other]: aSnapshot({ accountId: other }),
  });
  const state = await listTargets(ports, aStart());
  for (const accountId of state.accounts) await collectAccount(ports, someChoices(), { ...aStart(), accountId });
  await indexIssuers(ports, someChoices(), state);
  const factsNow = async () => {
    const read = await factsOfAccount(ports.documents, someChoices(), { ...aStart(), accountId: main });
    if ('reason' in read) throw new Error(read.reason.message);
    const { accounts, gaps } = read.facts.fleet;
    return { accounts, gaps: gaps.map(({ accountId, section }) => `${section} of ${accountId}`) };
  };
  const readOf = (accountId: string | undefined, rolesRead: boolean) => ({ accountId, rolesRead, providersRead: true });
  expect(await factsNow()).toEqual({ accounts: [readOf(main, true), readOf(other, true)], gaps: [] });
  const reason = { kind: 'timed-out', operation: 'collect-account', message: 'no' } as const;
  await ports.documents.put(documentKeys(state.runId).account(other ?? ''), { status: 'failed', reason, apiCalls: {} });
  expect(await factsNow()).toEqual({
    accounts: [readOf(main, true), readOf(other, false)],
    gaps: [`account of ${other}`],
  });
});

test('the organization goes from the first step to the rules; refused, it is a gap and no pass', async () => {
  const ofOrganization = allow('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-own1234567' } });
  const read = await factsOfRun(ofOrganization, complete({ id: 'o-own1234567', accounts: [main, other] }));
  expect(read).toEqual({ gaps: [], said: [] });
  const reason = { kind: 'denied', operation: 'organizations:DescribeOrganization', message: 'no' } as const;
  const refused = await factsOfRun(ofOrganization, unavailable(reason));
  expect(refused.gaps).toEqual([{ accountId: main, section: 'organization', reason }]);
  expect(refused.said).toEqual([expect.stringMatching(/^medium: .* cannot be proven closed/)]);
});
