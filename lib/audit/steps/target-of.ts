import { documentKeys, getDocument } from '../documents.ts';
import { DocumentInvalid } from '../errors.ts';
import type { DocumentStore, Target } from '../ports.ts';

interface TargetsDocument {
  readonly targets: Readonly<Record<string, Target>>;
}

const isTargets = (value: object): value is TargetsDocument =>
  'targets' in value && typeof value.targets === 'object' && value.targets !== null;

/** The target of an account of a run. Throws `DocumentInvalid` where the run does not have it. */
export const targetOf = async (documents: DocumentStore, runId: string, accountId: string): Promise<Target> => {
  const { targets } = await getDocument(documents, documentKeys(runId).targets, isTargets);
  const target = targets[accountId];
  if (target === undefined) throw new DocumentInvalid(`account ${accountId} is no target of run ${runId}`);
  return target;
};
