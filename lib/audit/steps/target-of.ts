import { DocumentInvalid } from '../../kit/errors.ts';
import {
  type AccountSnapshot,
  type Collected,
  type ControlPolicyTable,
  controlPoliciesOf,
  type Organization,
  type ServiceControls,
  serviceControlsOf,
} from '../../model.ts';
import { given } from '../../text.ts';
import { documentKeys } from '../document-keys.ts';
import { findDocument, getDocument } from '../documents.ts';
import type { DocumentStore } from '../ports.ts';
import type { Target } from '../target.ts';

/** `targets/<nn>.json` */
export interface TargetsDocument {
  readonly targets: Readonly<Record<string, Target>>;
  /** The resource control policies over them; absent where they were not asked for. */
  readonly controlPolicies?: Collected<ControlPolicyTable>;
}

/** `targets.json` */
interface AccountsDocument {
  readonly accounts: readonly string[];
  /** Absent where it was not asked for. */
  readonly organization?: Collected<Organization>;
}

/** `targets/<nn>.json` */
export const isTargets = (value: object): value is TargetsDocument =>
  'targets' in value && typeof value.targets === 'object' && value.targets !== null;

const isAccounts = (value: object): value is AccountsDocument => 'accounts' in value && Array.isArray(value.accounts);

/** The accounts of a run; none where it ended before they were listed. */
export const accountsOfRun = async (documents: DocumentStore, runId: string): Promise<readonly string[]> =>
  (await findDocument(documents, documentKeys(runId).targets, isAccounts))?.accounts ?? [];

/** The organization of the accounts of a run; undefined where it was not asked for. */
export const organizationOf = async (
  documents: DocumentStore,
  runId: string,
): Promise<Collected<Organization> | undefined> =>
  (await findDocument(documents, documentKeys(runId).targets, isAccounts))?.organization;

/** The target of an account of a run. Throws `DocumentInvalid` or `DocumentMissing` where the run does not have it. */
export const targetOfRun = async (documents: DocumentStore, runId: string, accountId: string): Promise<Target> =>
  (await listedTarget(documents, runId, accountId)).target;

/** The target of an account with the policies over it, where these were asked for. Throws as `targetOfRun` does. */
export const listedTarget = async (
  documents: DocumentStore,
  runId: string,
  accountId: string,
): Promise<{
  readonly target: Target;
  readonly controlPolicies?: AccountSnapshot['controlPolicies'];
  readonly serviceControls?: Collected<ServiceControls>;
}> => {
  const { targets, controlPolicies } = await getDocument(
    documents,
    documentKeys(runId).targetsWith(accountId),
    isTargets,
  );
  const target = targets[accountId];
  if (target === undefined) throw new DocumentInvalid(`account ${accountId} is not a target of run ${runId}`);
  return controlPolicies === undefined
    ? { target }
    : {
        target,
        controlPolicies: controlPoliciesOf(controlPolicies, accountId),
        ...given({ serviceControls: serviceControlsOf(controlPolicies, accountId) }),
      };
};
