/**
 * What the workflow hands to each step and gets back. The state machine's definition is built to these shapes, handlers
 * validate against them, the sandbox runs the same ones. State carries account ids and keys, never facts: documents do.
 *
 * Size: with `maxAccounts` accounts that all fail, the largest state is `maxAccounts` × (12 digits + error name) and
 * stays under Step Functions' 256 KiB.
 */
import { z } from 'zod';
import type { StepName } from './contract.ts';

/** Accounts that one run may have: `list-targets` refuses more, so that state stays under 256 KiB. */
export const maxAccounts = 5000;

const accountId = z.string().regex(/^\d{12}$/);
/** `111122223333` if the item succeeded, `111122223333 Lambda.Unknown` (account, error name) if it failed. */
const itemStatus = z.string().regex(/^\d{12}( .*)?$/);

/** Every step knows its run: the execution's name and its start, ISO 8601. */
const run = z.object({ runId: z.string().min(1).max(80), startedAt: z.iso.datetime({ offset: true }) });

const account = run.extend({ accountId });

/** What each step is handed. */
export const stepInputs = {
  'list-targets': run,
  'collect-account': account,
  /** Only with `inCluster`: one for each cluster ARN that collect-account returned. */
  'collect-cluster': account.extend({ clusterArn: z.string().startsWith('arn:') }),
  /** `collected`: one status for each account that list-targets returned. */
  'index-issuers': run.extend({ collected: z.array(itemStatus) }),
  'probe-issuers': run,
  'evaluate-account': account,
  'notify-drift': run,
  /** `evaluated`: one status for each account that index-issuers returned. */
  'complete-run': run.extend({ evaluated: z.array(itemStatus) }),
} as const satisfies Readonly<Record<StepName, z.ZodType>>;

/** What each step returns. More keys are allowed and kept small: the console shows them. */
export const stepOutputs = {
  'list-targets': z.looseObject({ accounts: z.array(accountId) }),
  'collect-account': z.looseObject({ accountId, clusterArns: z.array(z.string()) }),
  'collect-cluster': z.looseObject({ clusterArn: z.string() }),
  /** `accounts`: those that have a snapshot and are to be evaluated. */
  'index-issuers': z.looseObject({ accounts: z.array(accountId) }),
  'probe-issuers': z.looseObject({ issuers: z.int() }),
  'evaluate-account': z.looseObject({ accountId }),
  'notify-drift': z.looseObject({ sent: z.boolean() }),
  'complete-run': z.looseObject({ runId: z.string() }),
} as const satisfies Readonly<Record<StepName, z.ZodType>>;

export type StepInput<S extends StepName> = z.output<(typeof stepInputs)[S]>;
export type StepOutput<S extends StepName> = z.output<(typeof stepOutputs)[S]>;

/** The outcome of one item of a map, from its status. */
export const parseItemStatus = (status: string): { readonly accountId: string; readonly error?: string } => {
  const space = status.indexOf(' ');
  return space < 0 ? { accountId: status } : { accountId: status.slice(0, space), error: status.slice(space + 1) };
};
