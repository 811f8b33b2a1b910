/** What a step finds before it writes: the command that reads it, the state as text, and whether it is what the plan saw. */

import { optionWords } from '../fixes/option-words.ts';
import { homeRegion, roleNameOf } from '../model/arn.ts';
import type { Change, Step } from '../model/step.ts';
import { given } from '../text/given.ts';
import { canonicalJson, isObject, type JsonObject, valueAt } from '../text/json-value.ts';

/** The state of what a step writes, as text that can be compared; `absent` where it does not exist. */
export type State = { readonly kind: 'absent' } | { readonly kind: 'there'; readonly text: string };

/** The arguments of the tool of a step that read what the step writes; undefined where there is nothing to compare: pods
 *  that are restarted, a request for a quota. */
export const stateRead = (step: Step): readonly string[] | undefined => {
  const { change } = step;
  switch (change?.kind) {
    case 'trust-policy':
      return iamRead(
        change.roleArn,
        ['get-role', ...optionWords('--role-name', roleNameOf(change.roleArn))],
        ['--query', 'Role.AssumeRolePolicyDocument'],
      );
    case 'thumbprints':
    case 'audience-added':
    case 'audience-removed':
    case 'provider-created':
    case 'provider-deleted':
      return iamRead(change.providerArn, [
        'get-open-id-connect-provider',
        ...optionWords('--open-id-connect-provider-arn', change.providerArn),
      ]);
    case 'annotation':
    case 'label':
    case 'service-account-created':
      return kubectlRead(step, change.namespace, [`serviceaccount/${change.serviceAccount}`]);
    case 'workload-service-account':
      return kubectlRead(step, change.namespace, [change.workload]);
    case 'objects':
      return kubectlRead(step, undefined, change.names);
    case 'addon-role':
    case 'addon-created':
      return eksRead(step, 'describe-addon', ['--addon-name', change.addon], 'addon.serviceAccountRoleArn');
    case 'association-updated':
    case 'association-deleted':
      return eksRead(
        step,
        'describe-pod-identity-association',
        ['--association-id', change.associationId],
        'association.{namespace:namespace,serviceAccount:serviceAccount,roleArn:roleArn,targetRoleArn:targetRoleArn,disableSessionTags:disableSessionTags,policy:policy}',
      );
    default:
      return undefined;
  }
};

const eksRead = (
  { target: { clusterName = '', region } }: Step,
  operation: string,
  [option = '', value = '']: readonly string[],
  query: string,
): readonly string[] => [
  ...['eks', operation, ...optionWords('--cluster-name', clusterName), ...optionWords(option, value)],
  ...(region === undefined ? [] : optionWords('--region', region)),
  ...['--query', query, '--output', 'json'],
];

const iamRead = (arn: string, words: readonly string[], more: readonly string[] = []): readonly string[] => {
  const region = homeRegion(arn);
  return ['iam', ...words, ...more, '--output', 'json', ...(region === undefined ? [] : ['--region', region])];
};

const kubectlRead = ({ target }: Step, namespace: string | undefined, names: readonly string[]): readonly string[] => [
  ...(target.context === undefined ? [] : optionWords('--context', target.context)),
  ...(namespace === undefined ? [] : optionWords('--namespace', namespace)),
  ...['get', ...names, '--ignore-not-found', '--output', 'json'],
];

/** The state in an answer: the standard output of the read, or undefined where the thing does not exist. Throws where the
 *  output is not what the tool prints. */
export const stateIn = (change: Change, output: string | undefined): State => {
  if (output === undefined || output.trim() === '') return { kind: 'absent' };
  const value: unknown = JSON.parse(output);
  return { kind: 'there', text: canonicalJson(partOf(change, value)) };
};

const partOf = (change: Change, value: unknown): unknown => {
  switch (change.kind) {
    case 'trust-policy':
      return typeof value === 'string' ? JSON.parse(value) : value;
    case 'annotation':
      return valueAt(value, 'metadata', 'annotations', change.key) ?? null;
    case 'label':
      return valueAt(value, 'metadata', 'labels', change.key) ?? null;
    case 'service-account-created':
      return valueAt(value, 'metadata', 'annotations') ?? {};
    case 'workload-service-account':
      return valueAt(value, 'spec', 'template', 'spec', 'serviceAccountName') ?? 'default';
    case 'objects':
      return asWritten(value);
    case 'addon-role':
    case 'addon-created':
    case 'association-updated':
    case 'association-deleted':
      return value;
    default:
      return providerPart(value);
  }
};

const sortedTexts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String).sort() : []);

const providerPart = (value: unknown): JsonObject => ({
  audiences: sortedTexts(valueAt(value, 'ClientIDList')),
  thumbprints: sortedTexts(valueAt(value, 'ThumbprintList')).map(one => one.toLowerCase()),
});

/** Objects without what the API server writes itself. */
const asWritten = (value: unknown): unknown => {
  const items = valueAt(value, 'items');
  if (Array.isArray(items)) return items.map(asWritten);
  if (!isObject(value) || !isObject(value.metadata)) return value;
  const { annotations, labels, name } = value.metadata;
  const { status: _, ...rest } = value;
  return { ...rest, metadata: { annotations: annotations ?? {}, labels: labels ?? {}, name } };
};

/** Whether a state is what the audit saw when it made the step. True where the audit saw nothing of it. */
export const isAsAudited = (change: Change, state: State): boolean => {
  const isThere = state.kind === 'there';
  const provider: unknown = isThere ? JSON.parse(state.text) : undefined;
  switch (change.kind) {
    case 'trust-policy':
      return isThere && state.text === canonicalJson(JSON.parse(change.before));
    case 'thumbprints':
      return isThere && canonicalJson(valueAt(provider, 'thumbprints')) === canonicalJson(lower(change.before));
    case 'audience-added':
      return isThere && !sortedTexts(valueAt(provider, 'audiences')).includes(change.audience);
    case 'audience-removed':
      return isThere && sortedTexts(valueAt(provider, 'audiences')).includes(change.audience);
    case 'provider-created':
    case 'service-account-created':
    case 'addon-created':
      return !isThere;
    case 'annotation':
    case 'label':
      return isThere && state.text === canonicalJson(change.before ?? null);
    case 'workload-service-account':
    case 'addon-role':
      return isThere && state.text === canonicalJson(change.before);
    case 'provider-deleted':
    case 'association-updated':
    case 'association-deleted':
      return isThere;
    default:
      return true;
  }
};

/** Whether a state is what the step leaves: true of one that was broken off after its write. */
export const isAsWritten = (change: Change, state: State): boolean => {
  switch (change.kind) {
    case 'trust-policy':
    case 'workload-service-account':
    case 'addon-role':
      return isAsAudited({ ...change, before: change.after }, state);
    case 'thumbprints':
      return isAsAudited({ ...change, before: change.after }, state);
    case 'annotation':
    case 'label': {
      const { before: _, after, ...rest } = change;
      return isAsAudited({ ...rest, ...given({ before: after }) }, state);
    }
    case 'audience-added':
      return isAsAudited({ ...change, kind: 'audience-removed' }, state);
    case 'audience-removed':
      return isAsAudited({ ...change, kind: 'audience-added' }, state);
    case 'provider-created':
      return canonicalJson(valueAt(partIn(state), 'audiences')) === canonicalJson(change.audiences.toSorted());
    case 'service-account-created':
      return (
        state.kind === 'there' &&
        Object.entries(change.annotations).every(([key, value]) => valueAt(partIn(state), key) === value)
      );
    case 'addon-created':
      return state.kind === 'there';
    case 'provider-deleted':
    case 'association-deleted':
      return state.kind === 'absent';
    default:
      return false;
  }
};

const partIn = (state: State): unknown => (state.kind === 'there' ? JSON.parse(state.text) : undefined);

const lower = (list: readonly string[]): readonly string[] => list.map(one => one.toLowerCase()).sort();
