/** Changes of OIDC providers. */
import * as z from 'zod';
import { isEksHost } from '../../facts.ts';
import {
  type AccountSnapshot,
  type ChangeOf,
  complete,
  homeRegion,
  mapSection,
  type Provider,
  type ProviderDetail,
  providerHostPath,
} from '../../model.ts';
import { canonicalJson, valueAt } from '../../text.ts';
import { optionWords } from '../command.ts';
import { iam, iamLook, iamRead } from './iam-commands.ts';
import {
  absentText,
  awsGuard,
  type FieldsOf,
  fromJournal,
  type Guard,
  jmesValue,
  type KindOfChange,
  nobody,
  providerArnField,
  type State,
  sortedTexts,
  targetOfArn,
  text,
  texts,
  valueOfState,
} from './kind.ts';

const providerGuard = (arn: string, states: { readonly audited: string; readonly written: string }): Guard =>
  awsGuard(iamLook(arn, 'get-open-id-connect-provider', ...optionWords('--open-id-connect-provider-arn', arn)), states);

/** Lists in an expression of JMESPath; the API leaves an empty one out. */
const audiencesThere = 'ClientIDList || `[]`';
const thumbprintsThere = 'sort(ThumbprintList || `[]`)';

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

const hasAudiences = (state: State, wanted: readonly string[]): boolean =>
  canonicalJson(valueAt(valueOfState(state), 'audiences')) === canonicalJson(wanted.toSorted());

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
  gains: ({ providerArn: arn, before, after }) => {
    const added = after.filter(one => !lower(before).includes(one.toLowerCase()));
    // IAM finds a public authority for the hosts of EKS, which none but AWS can answer for (docs/facts.md §B).
    return added.length === 0 || isEksHost(providerHostPath(arn) ?? '')
      ? []
      : [
          `a server with a certificate of ${added.join(', ')} counts as the issuer of ${arn} where no public authority signs`,
        ];
  },
  shape: z.object({
    kind: z.literal('thumbprints'),
    providerArn: providerArnField,
    before: texts,
    after: z.array(thumbprint).max(100),
  } satisfies FieldsOf<'thumbprints'>),
  commands: ({ providerArn: arn, after }) => [
    iam('update-open-id-connect-provider-thumbprint', arn, { OpenIDConnectProviderArn: arn, ThumbprintList: after }),
  ],
  guard: ({ providerArn: arn, before, after }) => {
    const is = (list: readonly string[]): string => `${thumbprintsThere} == ${jmesValue(list.toSorted())}`;
    return providerGuard(arn, { audited: is(before), written: is(after) });
  },
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
): Omit<KindOfChange<K>, 'shape' | 'gains'> => {
  const isThere = (state: State): boolean => state.kind === 'there';
  const adds = kind === 'audience-added';
  return {
    ...ofProvider,
    commands: change => [
      iam(operation, change.providerArn, { OpenIDConnectProviderArn: change.providerArn, ClientID: change.audience }),
    ],
    guard: ({ providerArn: arn, audience }) => {
      const has = `contains(${audiencesThere}, ${jmesValue(audience)})`;
      return providerGuard(arn, { audited: adds ? `!${has}` : has, written: adds ? has : `!${has}` });
    },
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

const tokensPass = (arn: string, audiences: readonly string[]): string =>
  `whoever has a token of ${providerHostPath(arn) ?? arn} with audience ${audiences.join(', ') || 'of any name'} gains the roles of account ${targetOfArn(arn, undefined).accountId} that trust it`;

/** After the policies: one that names too many is corrected before tokens with this audience are accepted. */
export const audienceAdded: KindOfChange<'audience-added'> = {
  ...audienceChange('audience-added', 'audience-removed', 'add-client-id-to-open-id-connect-provider', 2.5),
  gains: ({ providerArn: arn, audience: one }) => [tokensPass(arn, [one])],
  shape: z.object({
    kind: z.literal('audience-added'),
    providerArn: providerArnField,
    audience,
  } satisfies FieldsOf<'audience-added'>),
};

/** Before the policies: no pod asks for it, and a policy that tests no audience must not meet it. */
export const audienceRemoved: KindOfChange<'audience-removed'> = {
  ...audienceChange('audience-removed', 'audience-added', 'remove-client-id-from-open-id-connect-provider', 1.5),
  gains: nobody,
  shape: z.object({
    kind: z.literal('audience-removed'),
    providerArn: providerArnField,
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
  gains: ({ providerArn: arn, audiences }) => [tokensPass(arn, audiences)],
  shape: z.object({
    kind: z.literal('provider-created'),
    providerArn: providerArnField,
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
  guard: ({ providerArn: arn, audiences }) => ({
    ...providerGuard(arn, {
      audited: '`false`',
      written: `sort(${audiencesThere}) == ${jmesValue(audiences.toSorted())}`,
    }),
    audited: [absentText],
  }),
  isAsAudited: (_, state) => state.kind === 'absent',
  isAsWritten: ({ audiences }, state) => hasAudiences(state, audiences),
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
  gains: nobody,
  shape: z.object({
    kind: z.literal('provider-deleted'),
    providerArn: providerArnField,
    before: z.exactOptional(z.object({ audiences: texts, thumbprints: texts })),
  } satisfies FieldsOf<'provider-deleted'>),
  commands: ({ providerArn: arn }) => [iam('delete-open-id-connect-provider', arn, { OpenIDConnectProviderArn: arn })],
  guard: ({ providerArn: arn, before }) => {
    const { audiences = [], thumbprints: pinned = [] } = before ?? {};
    const accepts = `sort(${audiencesThere}) == ${jmesValue(audiences.toSorted())} && ${thumbprintsThere} == ${jmesValue(pinned.toSorted())}`;
    return {
      ...providerGuard(arn, { audited: before === undefined ? 'Url' : accepts, written: '`false`' }),
      written: [absentText],
    };
  },
  isAsAudited: ({ before }, state) =>
    state.kind === 'there' &&
    (before === undefined || (hasAudiences(state, before.audiences) && hasThumbprints(state, before.thumbprints))),
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
