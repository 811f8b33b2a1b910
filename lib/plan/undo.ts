/** The way back from a step. */

import {
  addAudience,
  createProvider,
  deleteProvider,
  removeAudience,
  setThumbprints,
  setTrustPolicy,
} from '../fixes/aws-steps.ts';
import { type AssociationState, createAssociation, setAddonRole, updateAssociation } from '../fixes/eks-steps.ts';
import { optionWords } from '../fixes/option-words.ts';
import type { Change, Step } from '../model/step.ts';
import { given } from '../text/given.ts';
import { isObject, valueAt } from '../text/json-value.ts';
import type { State } from './state.ts';

/** The steps that go back to the state that was there before a step; undefined where nothing does. */
export const undoSteps = (step: Step, before: State): readonly Step[] | undefined => {
  const { change } = step;
  switch (change?.kind) {
    case 'trust-policy':
      return [setTrustPolicy(change.roleArn, change.after, JSON.parse(change.before), reversed(step))];
    case 'thumbprints':
      return [setThumbprints(change.providerArn, change.after, change.before)];
    case 'audience-added':
      return [removeAudience(change.providerArn, change.audience)];
    case 'audience-removed':
      return [addAudience(change.providerArn, change.audience)];
    case 'provider-created':
      return [deleteProvider(change.providerArn)];
    case 'provider-deleted':
      return before.kind === 'there' ? providerAgain(change.providerArn, before.text) : undefined;
    case 'annotation':
    case 'label':
      return [metadataAgain(step, change)];
    case 'service-account-created':
      return [
        onCluster(step, change.namespace, ['delete', 'serviceaccount', change.serviceAccount, '--ignore-not-found']),
      ];
    case 'workload-service-account':
      return [
        onCluster(step, change.namespace, ['set', 'serviceaccount', change.workload, change.before], {
          ...change,
          before: change.after,
          after: change.before,
        }),
      ];
    case 'objects':
      return objectsAgain(step, change.names, before);
    case 'addon-role':
    case 'association-deleted':
    case 'association-updated':
      return eksAgain(step, change, before);
    default:
      return undefined;
  }
};

/** Whether a step can be undone, and how, for people. */
export const undoInWords = ({ change }: Step): string => {
  switch (change?.kind) {
    case undefined:
      return 'nothing to undo: it only reads';
    case 'trust-policy':
      return 'can be undone: the policy before is in the plan and in the journal';
    case 'provider-deleted':
      return 'can be undone: the provider is created again with its audiences and thumbprints, without its tags';
    case 'pods-restarted':
      return 'cannot be undone: the pods that ran are gone';
    case 'association-deleted':
      return 'can be undone: the association is created again with its roles, without its tags';
    case 'quota-requested':
      return 'not undone by fix --undo: a quota that was granted is not taken back';
    case 'addon-created':
      return 'not undone by fix --undo: delete the add-on where nothing came to need it';
    default:
      return 'can be undone: the state before is in the journal';
  }
};

/** Who gained loses, and the other way round. */
const reversed = ({ access = [] }: Step): Step['access'] =>
  access.map(one => ({ ...one, gains: one.loses, loses: one.gains }));

const providerAgain = (arn: string, text: string): readonly Step[] => {
  const { audiences, thumbprints }: { audiences: readonly string[]; thumbprints: readonly string[] } = JSON.parse(text);
  return [createProvider(arn, audiences), setThumbprints(arn, [], thumbprints)];
};

const onCluster = (step: Step, namespace: string | undefined, words: readonly string[], change?: Change): Step => ({
  tool: 'kubectl',
  target: step.target,
  args: [
    ...(step.target.context === undefined ? [] : optionWords('--context', step.target.context)),
    ...(namespace === undefined ? [] : optionWords('--namespace', namespace)),
    ...words,
  ],
  ...given({ change }),
});

const metadataAgain = (step: Step, change: Change & { readonly kind: 'annotation' | 'label' }): Step => {
  const { kind, key, serviceAccount, namespace, before } = change;
  const verb = kind === 'label' ? 'label' : 'annotate';
  const value = before === undefined ? [`${key}-`] : ['--overwrite', `${key}=${before}`];
  const { before: _, after, ...rest } = change;
  return onCluster(step, namespace, [verb, 'serviceaccount', serviceAccount, ...value], {
    ...rest,
    ...given({ before: after, after: before }),
  });
};

/** What was there is written as it was, and what was not is deleted. */
const objectsAgain = (step: Step, names: readonly string[], before: State): readonly Step[] => {
  const parsed: unknown = before.kind === 'absent' ? [] : JSON.parse(before.text);
  const objects = [parsed].flat().filter(isObject);
  const there = new Set(
    objects.map(one => `${String(one.kind).toLowerCase()}/${String(valueAt(one, 'metadata', 'name'))}`),
  );
  const added = names.filter(name => !there.has(name));
  const input = JSON.stringify(objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', items: objects });
  return [
    ...(objects.length === 0 ? [] : [{ ...onCluster(step, undefined, ['replace', '--filename', '-']), input }]),
    ...(added.length === 0 ? [] : [onCluster(step, undefined, ['delete', '--ignore-not-found', ...added])]),
  ];
};

/** Undefined where it is not known of which cluster it was, or what was there. */
const eksAgain = (
  { target }: Step,
  change: Change & { readonly kind: 'addon-role' | 'association-deleted' | 'association-updated' },
  before: State,
): readonly Step[] | undefined => {
  const { clusterName: name, clusterArn: arn, region, accountId } = target;
  if (name === undefined || arn === undefined || region === undefined || accountId === undefined) return undefined;
  const cluster = { name, arn, region, accountId };
  if (change.kind === 'addon-role') return [setAddonRole(cluster, change.addon, change.after, change.before)];
  if (before.kind === 'absent') return undefined;
  const was: AssociationState = JSON.parse(before.text);
  if (change.kind === 'association-deleted') return [createAssociation(cluster, was)];
  const tags = was.disableSessionTags ? '--disable-session-tags' : '--no-disable-session-tags';
  return [updateAssociation(cluster, change.associationId, [tags])];
};
