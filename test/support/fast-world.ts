/** Two accounts with a clock, for runs of the fast lane. */

import type { AuditPorts } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { aCall } from './api-events.ts';
import { portsOver, someChoices } from './audit-ports.ts';
import { aCluster, aClusterSnapshot, anIssuer, aProvider, aRole, aSnapshot, aTrustPolicy } from './example-world.ts';
import { note, runFast } from './fast-runs.ts';

export const ours = '111122223333';
export const theirs = '444455556666';
export const issuer = (digits: string) => `https://oidc.eks.eu-west-1.amazonaws.com/id/${digits.repeat(32)}`;
const clusterOf = (accountId: string, name: string, digits: string) =>
  aClusterSnapshot({ cluster: aCluster({ name, accountId, issuer: issuer(digits) }) });
export const anAccountOf = (accountId: string, over: Parameters<typeof aSnapshot>[0] = {}): AccountSnapshot =>
  aSnapshot({ accountId, providers: complete([]), roles: complete([]), clusters: complete([]), ...over });
export const broken = { condition: { StringEquals: {} } };
export const denied = unavailable<readonly Role[]>({
  kind: 'denied',
  operation: 'iam:ListRoles',
  permission: 'iam:ListRoles',
  message: 'no',
});

/** An account with a provider, and one with a cluster, of the issuer of these digits. */
export const provides = (accountId: string, digits: string) =>
  anAccountOf(accountId, { providers: complete([aProvider({ accountId, issuer: issuer(digits) })]) });
export const has = (accountId: string, digits: string) =>
  anAccountOf(accountId, { clusters: complete([clusterOf(accountId, 'shop', digits)]) });

const notThere = unavailable<never>({ kind: 'not-found', operation: 'GET discovery', message: 'HTTP 404' });

/** Two accounts, one clock, and the full run that everything begins with. */
export const fastWorld = async (
  accounts: Record<string, AccountSnapshot | Error> = {
    [ours]: anAccountOf(ours, {
      providers: complete([aProvider({ issuer: issuer('A') })]),
      clusters: complete([clusterOf(ours, 'shop', 'A')]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: issuer('A') }) })]),
    }),
    [theirs]: anAccountOf(theirs),
  },
  choices = someChoices(),
) => {
  let clock = Date.parse('2026-11-25T06:00:00.000Z');
  const read: string[] = [];
  const over = portsOver(accounts);
  const ports = {
    ...over,
    /** No issuer answers: whether one is an orphan depends on its cluster alone. */
    issuers: {
      read: async (urls: readonly string[]) => {
        over.probed.push(urls);
        return Object.fromEntries(urls.map(url => [url, anIssuer({ url, discovery: notThere })]));
      },
    },
    accounts: {
      read: async (...args: Parameters<AuditPorts['accounts']['read']>) => {
        read.push(args[0].accountId);
        return over.accounts.read(...args);
      },
    },
    now: () => new Date(clock).toISOString(),
  };
  const full = async (runId: string) => {
    const startedAt = ports.now();
    clock += 60_000;
    await runAudit(ports, choices, { runId, startedAt });
    clock += 60_000;
  };
  /** A full run that has read everything and is not over; what it writes of an account when it comes to it. */
  const readAll = async (runId: string, startedAt = ports.now()) => {
    const state = await listTargets(ports, { runId, startedAt });
    for (const accountId of state.accounts) await collectAccount(ports, choices, { runId, startedAt, accountId });
    clock += 60_000;
    await indexIssuers(ports, choices, state);
    await probeIssuers(ports, state);
    return { state, evaluate: (accountId: string) => evaluateAccount(ports, choices, { runId, startedAt, accountId }) };
  };
  /** One event of each of these accounts, and the run that it starts. */
  const change = async (...changed: readonly string[]) => {
    const events = changed.map((accountId, index) =>
      aCall('aws.iam', 'UpdateAssumeRolePolicy', { roleName: 'checkout-cart' }, { accountId, eventID: `e-${index}` }),
    );
    const runId = (await note(ports, events)) ?? 'none';
    clock += 120_000;
    return runId;
  };
  const fast = async (...changed: readonly string[]) => runFast(ports, choices, await change(...changed));
  const known = async (accountId: string) =>
    (await ports.findings.load(accountId)).findings
      .filter(({ status, finding }) => status !== 'resolved' && finding.severity !== 'info')
      .map(
        ({ finding, unconfirmedSince }) => `${finding.ruleId}${unconfirmedSince === undefined ? '' : ' unconfirmed'}`,
      )
      .sort();
  await full('full-1');
  const told = over.sent.length;
  return {
    ...{ ports, accounts, read, full, readAll, change, fast, known, choices },
    sentSince: () => over.sent.slice(told),
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
  };
};
export type FastWorld = Awaited<ReturnType<typeof fastWorld>>;

export const withRole = (it: FastWorld, trust: Parameters<typeof aTrustPolicy>[0]): void => {
  const before = it.accounts[ours];
  if (before instanceof Error || before === undefined) throw new Error('no account');
  it.accounts[ours] = {
    ...before,
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: issuer('A'), ...trust }) })]),
  };
};
