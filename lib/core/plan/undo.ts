/** The way back from a step. */
import type { Change, Step } from '../model/step.ts';
import {
  addAudience,
  createProvider,
  deleteProvider,
  removeAudience,
  setThumbprints,
  setTrustPolicy,
} from '../steps/aws-steps.ts';
import { optionWords } from '../steps/option-words.ts';
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
    case 'quota-requested':
    case 'association-deleted':
    case 'association-updated':
    case 'addon-created':
    case 'addon-role':
      return 'not undone by fix --undo';
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
  ...(change === undefined ? {} : { change }),
});

const metadataAgain = (step: Step, change: Change & { readonly kind: 'annotation' | 'label' }): Step => {
  const { kind, key, serviceAccount, namespace, before } = change;
  const verb = kind === 'label' ? 'label' : 'annotate';
  const value = before === undefined ? [`${key}-`] : ['--overwrite', `${key}=${before}`];
  const { before: _, after, ...rest } = change;
  return onCluster(step, namespace, [verb, 'serviceaccount', serviceAccount, ...value], {
    ...rest,
    ...(after === undefined ? {} : { before: after }),
    ...(before === undefined ? {} : { after: before }),
  });
};

const objectsAgain = (step: Step, names: readonly string[], before: State): readonly Step[] => {
  if (before.kind === 'absent') return [onCluster(step, undefined, ['delete', '--ignore-not-found', ...names])];
  const parsed: unknown = JSON.parse(before.text);
  const input = JSON.stringify(Array.isArray(parsed) ? { apiVersion: 'v1', kind: 'List', items: parsed } : parsed);
  return [{ ...onCluster(step, undefined, ['replace', '--filename', '-']), input }];
};
