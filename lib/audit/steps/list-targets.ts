import { TargetsUnreadable } from '../../kit/errors.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { mapSection, policiesOver } from '../../model.ts';
import { given } from '../../text.ts';
import { documentKeys } from '../document-keys.ts';
import type { RunState, StartEvent } from '../events.ts';
import type { AuditPorts } from '../ports.ts';
import type { Target } from '../target.ts';
import type { TargetsDocument } from './target-of.ts';

/**
 * The first step: which accounts, and the policies of the organization over them. Writes them as documents, a hundredth
 * of the accounts in each, so that collecting one account does not read all; the state carries their ids. Throws `TargetsUnreadable`: without a list there is no run.
 */
export const listTargets = async (
  ports: Pick<AuditPorts, 'targets' | 'controlPolicies' | 'organization' | 'documents' | 'calls'>,
  event: StartEvent,
): Promise<RunState> => {
  const targets = new Map<string, Target>((await ports.targets.list()).map(target => [target.accountId, target]));
  if (targets.size === 0) throw new TargetsUnreadable('no account to audit: the list of accounts is empty');
  const accounts = [...targets.keys()].sort();
  const keys = documentKeys(event.runId);
  const policies = await ports.controlPolicies?.read([...targets.values()]);
  await inParallel([...parted(targets, keys.targetsWith)], writesAtOnce, ([key, part]) =>
    ports.documents.put(key, documentOf(part, policies)),
  );
  const organization = await ports.organization?.read([...targets.values()]);
  await ports.documents.put(keys.targets, {
    accounts,
    ...given({ organization }),
    apiCalls: ports.calls?.take() ?? {},
  });
  return { runId: event.runId, startedAt: event.startedAt, accounts };
};

const documentOf = (
  targets: TargetsDocument['targets'],
  policies: TargetsDocument['controlPolicies'],
): TargetsDocument =>
  policies === undefined
    ? { targets }
    : { targets, controlPolicies: mapSection(policies, table => policiesOver(table, Object.keys(targets))) };

const writesAtOnce = 16;

const parted = (
  targets: ReadonlyMap<string, Target>,
  keyOf: (accountId: string) => string,
): ReadonlyMap<string, Readonly<Record<string, Target>>> => {
  const parts = new Map<string, Record<string, Target>>();
  for (const [accountId, target] of targets) {
    const part = parts.get(keyOf(accountId)) ?? {};
    part[accountId] = target;
    parts.set(keyOf(accountId), part);
  }
  return parts;
};
