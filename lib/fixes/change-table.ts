/** The one table of changes: what fix runs, expects, undoes, orders and foresees for each kind, and how the kind is stored. */
import * as z from 'zod';
import type { AccountSnapshot, Change, ChangeKind, ChangeOf, Replaced, StepTarget } from '../model.ts';
import { canonicalJson } from '../text.ts';
import { addonCreated, addonRole } from './changes/addon.ts';
import { associationCreated, associationDeleted, associationUpdated } from './changes/eks.ts';
import type { Condition, Guard, KindOfChange, Managed, State } from './changes/kind.ts';
import { auditorAccessGranted, objectsReverted, webhookRestored } from './changes/objects.ts';
import { audienceAdded, audienceRemoved, providerCreated, providerDeleted, thumbprints } from './changes/provider.ts';
import { quotaRequested } from './changes/quota.ts';
import { annotation, label, serviceAccountCreated, serviceAccountDeleted } from './changes/service-account.ts';
import { trustPolicy } from './changes/trust-policy.ts';
import { podsRestarted, workloadServiceAccount } from './changes/workload.ts';
import type { Command } from './command.ts';

export type { Guard, Managed, State } from './changes/kind.ts';

/** An entry for each kind: a kind without one does not compile. */
const changes: { readonly [K in ChangeKind]: KindOfChange<K> } = {
  'trust-policy': trustPolicy,
  thumbprints,
  'audience-added': audienceAdded,
  'audience-removed': audienceRemoved,
  'provider-created': providerCreated,
  'provider-deleted': providerDeleted,
  annotation,
  label,
  'service-account-created': serviceAccountCreated,
  'service-account-deleted': serviceAccountDeleted,
  'workload-service-account': workloadServiceAccount,
  'pods-restarted': podsRestarted,
  'webhook-restored': webhookRestored,
  'auditor-access-granted': auditorAccessGranted,
  'objects-reverted': objectsReverted,
  'addon-role': addonRole,
  'addon-created': addonCreated,
  'association-created': associationCreated,
  'association-updated': associationUpdated,
  'association-deleted': associationDeleted,
  'quota-requested': quotaRequested,
};

const entryOf = <K extends ChangeKind>(change: ChangeOf<K>): KindOfChange<K> => changes[change.kind];

/** The stored form of a change. It refuses what no command can be made of: an invalid name, an ARN without an account. */
export const changeShape: z.ZodType<Change> = z
  .looseObject({ kind: z.enum(Object.keys(changes) as [ChangeKind, ...ChangeKind[]]) })
  .transform((value, context): Change => {
    const parsed = changes[value.kind].shape.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] });
    return z.NEVER;
  });

/** True for a change that a command can be made of. */
export const isSound = (change: Change): boolean => changes[change.kind].shape.safeParse(change).success;

/** The account and the cluster that a change writes to. */
export const changeTargetOf = (change: Change): StepTarget => entryOf(change).target(change);

/** The commands that make a change, in order. */
export const commandsOfChange = (change: Change): readonly Command[] => entryOf(change).commands(change);

/** The command that reads what a change writes; undefined where there is nothing to compare. */
export const readOf = (change: Change): Command | undefined => entryOf(change).read?.(change);

/** The question by which a script compares the state before it writes; undefined where there is nothing to compare. */
export const guardOf = (change: Change): Guard | undefined => entryOf(change).guard?.(change);

/** The conditions of a change: it is made only where all hold. */
export const conditionsOf = (change: Change): readonly Condition[] => entryOf(change).conditions?.(change) ?? [];

/** The state in an answer: the standard output of the read, or undefined where the object does not exist. Throws where the
 *  output is not what the tool prints. */
export const stateIn = (change: Change, output: string | undefined): State => {
  if (output === undefined || output.trim() === '') return { kind: 'absent' };
  const part = entryOf(change).partOf(change, JSON.parse(output));
  return Array.isArray(part) && part.length === 0 ? { kind: 'absent' } : { kind: 'there', text: canonicalJson(part) };
};

/** Whether a state is what the audit saw when it made the change. True where the audit saw nothing of it. */
export const isAsAudited = (change: Change, state: State): boolean => entryOf(change).isAsAudited(change, state);

/** Whether a state is what the change leaves: true of one that was broken off after its write. */
export const isAsWritten = (change: Change, state: State): boolean => entryOf(change).isAsWritten(change, state);

/** The changes that go back to the state before a change; undefined where there is no way back. */
export const undoOf = (change: Change, before: State, after?: State): readonly Change[] | undefined =>
  entryOf(change).undo(change, before, after);

/** Whether a change can be undone, and how, for people. */
export const undoInWords = (change: Change): string => entryOf(change).undoInWords;

/** The place of a change in the order of a plan. */
export const phaseOf = (change: Change): number => entryOf(change).phase(change);

/** The account as it is after a change, as far as that is foreseen. */
export const afterChange = (snapshot: AccountSnapshot, change: Change): AccountSnapshot =>
  entryOf(change).after(snapshot, change);

/** Who gains what by a change, one sentence each; of a trust policy its text decides. */
export const gainsOfChange = (change: Change): readonly string[] | 'by-policy' => entryOf(change).gains(change);

/** True for a change whose whole effect is foreseen. */
export const isForeseen = (change: Change): boolean => entryOf(change).isForeseen;

/** The document that a change sets as a whole; undefined where changes stand side by side. */
export const replacedDocument = (change: Change): Replaced | undefined => entryOf(change).document?.(change);

/** Changes with one key are one step of a plan: they set one value, or are the same. */
export const keyOfChange = (change: Change): string => {
  const slot = entryOf(change).slot?.(change);
  return JSON.stringify(slot === undefined ? change : [change.kind, ...slot]);
};

/** The parts of a change that a tool may manage. */
export const managedOf = (change: Change): Managed | undefined => entryOf(change).managed?.(change);
