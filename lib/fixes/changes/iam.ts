/** Changes of roles and providers. Recorded and executed forms of the commands: docs/facts.md §F. */
import * as z from 'zod';
import type { Provider, ProviderDetail } from '../../model/account.ts';
import { homeRegion, providerHostPath, roleNameOf } from '../../model/arn.ts';
import { complete, mapSection } from '../../model/collected.ts';
import type { AccountSnapshot } from '../../model/snapshot.ts';
import type { ChangeOf } from '../../model/step.ts';
import { canonicalJson, jsonOf, valueAt } from '../../text/json-value.ts';
import { safeJson } from '../../text/visible-text.ts';
import { aws, type Command, optionWords } from '../command.ts';
import {
  type FieldsOf,
  fromJournal,
  isValue,
  type KindOfChange,
  providerArn,
  roleArn,
  type State,
  sortedTexts,
  targetOfArn,
  text,
  texts,
  valueOfState,
} from './kind.ts';

/** Values of an operation's parameters, by the name that the API gives them. */
type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** `--role-name` of `RoleName`, as the AWS CLI names parameters. */
const optionOf = (parameter: string): string =>
  `--${parameter.replace(/([a-z])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')}`.toLowerCase();

/** True for a value that the AWS CLI replaces by what lies there: a file, and in version 1 a page of the web. */
const isExpanded = (value: string): boolean => /^(?:fileb?|https?):\/\//i.test(value);

/** `create-open-id-connect-provider --url` takes an address as it is (AWS CLI, paramfile.py); no other option does. */
const takesUrl = (parameter: string): boolean => parameter === 'Url';

const regionWords = (arn: string): readonly string[] => {
  const region = homeRegion(arn);
  return region === undefined ? [] : ['--region', region];
};

/**
 * An `aws iam` operation on the account of an ARN. A value that the CLI would expand, and a list with one that looks like
 * an option, are given as JSON: inside of it nothing is expanded.
 */
const iam = (operation: string, arn: string, parameters: Parameters): Command => {
  const entries = Object.entries(parameters);
  const needsJson = entries.some(([name, value]) =>
    [value].flat().some(one => (isExpanded(one) && !takesUrl(name)) || (Array.isArray(value) && one.startsWith('-'))),
  );
  const options = needsJson
    ? ['--cli-input-json', safeJson(parameters)]
    : entries.flatMap(([name, value]) =>
        typeof value === 'string' ? optionWords(optionOf(name), value) : [optionOf(name), ...value],
      );
  return aws('iam', operation, ...options, ...regionWords(arn));
};

const iamRead = (arn: string, operation: string, ...words: readonly string[]): Command =>
  aws('iam', operation, ...words, '--output', 'json', ...regionWords(arn));

const policyText = text.max(200_000).refine(value => jsonOf(value) !== undefined, 'a policy as JSON');

export const trustPolicy: KindOfChange<'trust-policy'> = {
  shape: z.object({
    kind: z.literal('trust-policy'),
    roleArn,
    before: text,
    after: policyText,
  } satisfies FieldsOf<'trust-policy'>),
  target: ({ roleArn: arn }) => targetOfArn(arn, homeRegion(arn)),
  commands: ({ roleArn: arn, after }) => [
    iam('update-assume-role-policy', arn, { RoleName: roleNameOf(arn), PolicyDocument: after }),
  ],
  read: ({ roleArn: arn }) =>
    iamRead(
      arn,
      'get-role',
      ...optionWords('--role-name', roleNameOf(arn)),
      '--query',
      'Role.AssumeRolePolicyDocument',
    ),
  partOf: (_, answer) => (typeof answer === 'string' ? JSON.parse(answer) : answer),
  isAsAudited: ({ before }, state) => isValue(state, jsonOf(before)),
  isAsWritten: ({ after }, state) => isValue(state, jsonOf(after)),
  undo: change => [{ ...change, before: change.after, after: change.before }],
  undoInWords: 'can be undone: the policy before is in the plan and in the journal',
  phase: () => 2,
  after: (snapshot, change) => ({
    ...snapshot,
    roles: mapSection(snapshot.roles, roles =>
      roles.map(role => (role.arn === change.roleArn ? { ...role, trustPolicy: change.after } : role)),
    ),
  }),
  isForeseen: true,
  slot: ({ roleArn: arn }) => [arn],
  document: ({ roleArn: arn }) => ({ kind: 'trust-policy', roleArn: arn }),
  managed: ({ roleArn: arn }) => ({ kind: 'role', arn }),
};

/** The common part of changes of a provider: all read it whole. */
const ofProvider = {
  target: ({ providerArn: arn }: { readonly providerArn: string }) => targetOfArn(arn, homeRegion(arn)),
  read: ({ providerArn: arn }: { readonly providerArn: string }) =>
    iamRead(arn, 'get-open-id-connect-provider', ...optionWords('--open-id-connect-provider-arn', arn)),
  partOf: (_: unknown, answer: unknown) => ({
    audiences: sortedTexts(answer, 'ClientIDList'),
    thumbprints: sortedTexts(answer, 'ThumbprintList').map(one => one.toLowerCase()),
  }),
  isForeseen: true,
  managed: ({ providerArn: arn }: { readonly providerArn: string }) => ({ kind: 'provider' as const, arn }),
};

const thumbprint = text.regex(/^[0-9a-fA-F]{40}$/, 'a thumbprint');
const audience = text.min(1).max(255);

const lower = (list: readonly string[]): readonly string[] => list.map(one => one.toLowerCase()).sort();

const hasThumbprints = (state: State, wanted: readonly string[]): boolean =>
  state.kind === 'there' && canonicalJson(valueAt(valueOfState(state), 'thumbprints')) === canonicalJson(lower(wanted));

const onProvider = (
  snapshot: AccountSnapshot,
  arn: string,
  edit: (detail: ProviderDetail) => ProviderDetail,
): AccountSnapshot => ({
  ...snapshot,
  providers: mapSection(snapshot.providers, list =>
    list.map(one => (one.arn === arn ? { ...one, detail: mapSection(one.detail, edit) } : one)),
  ),
});

/** The API knows no other way than the whole list. */
export const thumbprints: KindOfChange<'thumbprints'> = {
  ...ofProvider,
  shape: z.object({
    kind: z.literal('thumbprints'),
    providerArn,
    before: texts,
    after: z.array(thumbprint).max(100),
  } satisfies FieldsOf<'thumbprints'>),
  commands: ({ providerArn: arn, after }) => [
    iam('update-open-id-connect-provider-thumbprint', arn, { OpenIDConnectProviderArn: arn, ThumbprintList: after }),
  ],
  isAsAudited: ({ before }, state) => hasThumbprints(state, before),
  isAsWritten: ({ after }, state) => hasThumbprints(state, after),
  undo: change => [{ ...change, before: change.after, after: change.before }],
  undoInWords: fromJournal,
  phase: () => 1,
  after: (snapshot, change) =>
    onProvider(snapshot, change.providerArn, detail => ({ ...detail, thumbprints: change.after })),
  slot: ({ providerArn: arn }) => [arn],
  document: ({ providerArn: arn }) => ({ kind: 'thumbprints', providerArn: arn }),
};

type AudienceKind = 'audience-added' | 'audience-removed';

const hasAudience = (state: State, wanted: string): boolean =>
  sortedTexts(valueOfState(state), 'audiences').includes(wanted);

const audienceChange = <K extends AudienceKind>(
  kind: K,
  other: AudienceKind,
  operation: string,
  phase: number,
): Omit<KindOfChange<K>, 'shape'> => {
  const isThere = (state: State): boolean => state.kind === 'there';
  const adds = kind === 'audience-added';
  return {
    ...ofProvider,
    commands: change => [
      iam(operation, change.providerArn, { OpenIDConnectProviderArn: change.providerArn, ClientID: change.audience }),
    ],
    isAsAudited: (change, state) => isThere(state) && hasAudience(state, change.audience) !== adds,
    isAsWritten: (change, state) => isThere(state) && hasAudience(state, change.audience) === adds,
    undo: change => [{ kind: other, providerArn: change.providerArn, audience: change.audience }],
    undoInWords: fromJournal,
    phase: () => phase,
    after: (snapshot, change) =>
      onProvider(snapshot, change.providerArn, detail => {
        const others = detail.audiences.filter(one => one !== change.audience);
        return { ...detail, audiences: adds ? [...others, change.audience] : others };
      }),
  };
};

/** After the policies: one that names too many is corrected before tokens with this audience are accepted. */
export const audienceAdded: KindOfChange<'audience-added'> = {
  ...audienceChange('audience-added', 'audience-removed', 'add-client-id-to-open-id-connect-provider', 2.5),
  shape: z.object({ kind: z.literal('audience-added'), providerArn, audience } satisfies FieldsOf<'audience-added'>),
};

/** Before the policies: no pod asks for it, and a policy that tests no audience must not meet it. */
export const audienceRemoved: KindOfChange<'audience-removed'> = {
  ...audienceChange('audience-removed', 'audience-added', 'remove-client-id-from-open-id-connect-provider', 1.5),
  shape: z.object({
    kind: z.literal('audience-removed'),
    providerArn,
    audience,
  } satisfies FieldsOf<'audience-removed'>),
};

/** IAM fetches the thumbprint itself: which one it takes is not known here. */
const created = ({ providerArn: arn, audiences, thumbprints: pinned }: ChangeOf<'provider-created'>): Provider => ({
  arn,
  detail: complete({ url: providerHostPath(arn) ?? '', audiences, thumbprints: pinned ?? [], tags: {} }),
});

/**
 * Without a thumbprint IAM fetches it itself, and does not consult it for publicly trusted issuers (IAM User Guide, "Create
 * an OpenID Connect identity provider in IAM").
 */
export const providerCreated: KindOfChange<'provider-created'> = {
  ...ofProvider,
  shape: z.object({
    kind: z.literal('provider-created'),
    providerArn,
    audiences: z.array(audience).max(1000),
    thumbprints: z.exactOptional(z.array(thumbprint).max(100)),
  } satisfies FieldsOf<'provider-created'>),
  commands: ({ providerArn: arn, audiences, thumbprints: pinned = [] }) => [
    iam('create-open-id-connect-provider', arn, {
      Url: `https://${providerHostPath(arn) ?? ''}`,
      ...(audiences.length === 0 ? {} : { ClientIDList: audiences }),
      ...(pinned.length === 0 ? {} : { ThumbprintList: pinned }),
    }),
  ],
  isAsAudited: (_, state) => state.kind === 'absent',
  isAsWritten: ({ audiences }, state) =>
    canonicalJson(valueAt(valueOfState(state), 'audiences')) === canonicalJson(audiences.toSorted()),
  undo: ({ providerArn: arn }) => [{ kind: 'provider-deleted', providerArn: arn }],
  undoInWords: fromJournal,
  phase: () => 0,
  after: (snapshot, change) => ({
    ...snapshot,
    providers: mapSection(snapshot.providers, list => [
      ...list.filter(({ arn }) => arn !== change.providerArn),
      created(change),
    ]),
  }),
};

export const providerDeleted: KindOfChange<'provider-deleted'> = {
  ...ofProvider,
  shape: z.object({ kind: z.literal('provider-deleted'), providerArn } satisfies FieldsOf<'provider-deleted'>),
  commands: ({ providerArn: arn }) => [iam('delete-open-id-connect-provider', arn, { OpenIDConnectProviderArn: arn })],
  isAsAudited: (_, state) => state.kind === 'there',
  isAsWritten: (_, state) => state.kind === 'absent',
  undo: ({ providerArn: arn }, before) => {
    const was = valueOfState(before);
    return was === undefined
      ? undefined
      : [
          {
            kind: 'provider-created',
            providerArn: arn,
            audiences: sortedTexts(was, 'audiences'),
            thumbprints: sortedTexts(was, 'thumbprints'),
          },
        ];
  },
  undoInWords: 'can be undone: the provider is created again with its audiences and thumbprints, without its tags',
  phase: () => 7,
  after: (snapshot, { providerArn: arn }) => ({
    ...snapshot,
    providers: mapSection(snapshot.providers, list => list.filter(one => one.arn !== arn)),
  }),
};
