/** The entry of one kind in the table of changes. */
import * as z from 'zod';
import type { Fields } from '../../kit/fields.ts';
import {
  type AccountSnapshot,
  type Change,
  type ChangeKind,
  type ChangeOf,
  type ClusterPlace,
  isDnsLabel,
  isDnsSubdomain,
  isQualifiedName,
  parseArn,
  type Replaced,
  type StepTarget,
} from '../../model.ts';
import { canonicalJson, given, safeJson, valueAt } from '../../text.ts';
import type { Command } from '../command.ts';

/** The state of what a step writes, as text that can be compared; `absent` where it does not exist. */
export type State = { readonly kind: 'absent' } | { readonly kind: 'there'; readonly text: string };

/** Who may manage what a change writes. */
export type Managed =
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'provider'; readonly arn: string }
  | { readonly kind: 'webhook'; readonly cluster: ClusterPlace }
  | { readonly kind: 'workload'; readonly cluster: ClusterPlace; readonly namespace: string; readonly name: string }
  | {
      readonly kind: 'service-account';
      readonly cluster: ClusterPlace;
      readonly namespace: string;
      readonly name: string;
    };

/** The question by which a script compares the state: a command, and the texts that it prints. No text is a prefix of an error:
 *  where the command fails, the object is absent or the script stops. */
export interface Guard {
  readonly command: Command;
  /** Printed where the state is the one that the audit saw; absent where any other than the written one may be changed. */
  readonly audited?: readonly string[];
  /** Printed where it is the one that the change leaves. */
  readonly written: readonly string[];
}

/** A condition without which a step must not begin: the command prints one of the texts. */
export interface Condition {
  readonly command: Command;
  readonly prints: readonly string[];
  /** The reason where it does not, as a part of a sentence. */
  readonly why: string;
}

/** A script has this text where the tool says that the object does not exist. */
export const absentText = 'absent';

/** An answer of the AWS CLI by which a script knows the state: it compares the values itself, as JSON. */
export const awsGuard = (
  command: Command,
  { audited, written }: { readonly audited: string; readonly written: string },
): Guard => ({
  command: {
    ...command,
    args: [
      ...command.args,
      ...['--query', `(${audited}) && 'audited' || (${written}) && 'written' || 'other'`, '--output', 'text'],
    ],
  },
  audited: ['audited'],
  written: ['written'],
});

/** A value in an expression of JMESPath. */
export const jmesValue = (value: unknown): string => `\`${safeJson(value).replaceAll('`', '\\u0060')}\``;

/** One kind of change. */
export interface KindOfChange<K extends ChangeKind> {
  /** The stored form. It refuses names that AWS and Kubernetes do not have: no command is made of them. */
  readonly shape: z.ZodType<ChangeOf<K>>;
  /** The account and the cluster that it writes to. */
  readonly target: (change: ChangeOf<K>) => StepTarget;
  /** The commands that make the change, in order. */
  readonly commands: (change: ChangeOf<K>) => readonly Command[];
  /** The command that reads what it writes; absent where there is nothing to compare. */
  readonly read?: (change: ChangeOf<K>) => Command | undefined;
  /** The state as a script asks for it; absent where there is nothing to compare. */
  readonly guard?: (change: ChangeOf<K>) => Guard | undefined;
  /** Each of them holds before the change begins, or it is not made. */
  readonly conditions?: (change: ChangeOf<K>) => readonly Condition[];
  /** The part of the answer that it writes. */
  readonly partOf: (change: ChangeOf<K>, answer: unknown) => unknown;
  /** Whether the state is what the audit saw when it made the change. */
  readonly isAsAudited: (change: ChangeOf<K>, state: State) => boolean;
  /** Whether the state is what the change leaves. */
  readonly isAsWritten: (change: ChangeOf<K>, state: State) => boolean;
  /** The way back to the state before; undefined where there is none, or where that state is not known. `after`: the state that
   *  the change left, where it is known. */
  readonly undo: (change: ChangeOf<K>, before: State, after?: State) => readonly Change[] | undefined;
  /** Whether it can be undone, and how, for people. */
  readonly undoInWords: string;
  /** The order of changes: what gives comes before what needs it, and what takes away comes last, so that nobody is without
   *  a role in between. */
  readonly phase: (change: ChangeOf<K>) => number;
  /** The account as it is afterwards. */
  readonly after: (snapshot: AccountSnapshot, change: ChangeOf<K>) => AccountSnapshot;
  /** Who gains what by it, one sentence each, as far as the change alone says; empty where nobody can. Of a trust policy its text
   *  decides. */
  readonly gains: (change: ChangeOf<K>) => K extends 'trust-policy' ? 'by-policy' : readonly string[];
  /** True where the whole effect is foreseen: of the others only a run can tell. */
  readonly isForeseen: boolean;
  /** The document that it sets as a whole: the fix of a finding names it. */
  readonly document?: (change: ChangeOf<K>) => Replaced;
  /** The one value that it sets, where it has a value before and one after: one plan sets it once. */
  readonly slot?: (change: ChangeOf<K>) => readonly string[];
  /** The things that a tool may manage. */
  readonly managed?: (change: ChangeOf<K>) => Managed;
}

/** The notes of ways back that need nothing but the journal. */
export const fromJournal = 'can be undone: the state before is in the journal';

/** The fields of a kind's stored form, one for each field of the change. */
export type FieldsOf<K extends ChangeKind> = Fields<ChangeOf<K>>;

/** The gains of a change that gives nobody anything. */
export const nobody = (): readonly string[] => [];

/** The value of a state; undefined where it is absent. */
export const valueOfState = (state: State): unknown => (state.kind === 'there' ? JSON.parse(state.text) : undefined);

/** True where the state is this value. */
export const isValue = (state: State, value: unknown): boolean =>
  state.kind === 'there' && state.text === canonicalJson(value);

/** A list of texts in a value, sorted. */
export const sortedTexts = (value: unknown, ...path: readonly string[]): readonly string[] => {
  const list = valueAt(value, ...path);
  return Array.isArray(list) ? list.map(String).sort() : [];
};

export const text = z.string();
export const texts = z.array(text);

/** No control character: a word of a command line, of bounded length. */
export const word = text.max(2048).regex(/^[^\p{Cc}]*$/u, 'a text without control characters');
export const namespace = text.refine(isDnsLabel, 'a name of a namespace');
export const objectNameField = text.refine(isDnsSubdomain, 'a name of an object of Kubernetes');
export const metadataKey = text.refine(isQualifiedName, 'a key of an annotation or a label');
export const accountIdField = text.regex(/^\d{12}$/, 'an account id');
export const region = text.regex(/^[a-z]{2}[a-z0-9-]{3,30}$/, 'a region');

const arnOf = (service: string, resource: RegExp, what: string) =>
  text.max(2048).refine(value => {
    const arn = parseArn(value);
    return (
      arn?.service === service &&
      /^aws[a-z-]*$/.test(arn.partition) &&
      /^\d{12}$/.test(arn.accountId) &&
      (service === 'iam' ? arn.region === '' : region.safeParse(arn.region).success) &&
      resource.test(arn.resource)
    );
  }, `the ARN of ${what}`);

/** IAM's own characters of names and paths (IAM User Guide, "IAM identifiers"). */
export const roleArn = arnOf('iam', /^role\/(?:[\x21-\x7e]*\/)?[\w+=,.@-]+$/, 'a role');
export const providerArnField = arnOf('iam', /^oidc-provider\/[a-z0-9][^\s\p{Cc}]*$/iu, 'a provider');
export const clusterArn = arnOf('eks', /^cluster\/[0-9A-Za-z][\w-]{0,99}$/, 'a cluster');

/** The stored form of the cluster of a change. A change without the address or the authority of the server that was audited is
 *  read and shown; `fix` carries it out nowhere. */
export const clusterPlace = z.object({
  name: word,
  arn: z.exactOptional(clusterArn),
  server: z.exactOptional(word.regex(/^https:\/\//, 'an https address')),
  authority: z.exactOptional(text.regex(/^[0-9a-f]{64}$/, 'a SHA-256')),
  context: z.exactOptional(word),
} satisfies Fields<ClusterPlace>) satisfies z.ZodType<ClusterPlace>;

/** Where a change of IAM goes. */
export const targetOfArn = (arn: string, home: string | undefined): StepTarget => {
  return given({ accountId: parseArn(arn)?.accountId, region: home });
};

/** Where a change inside of a cluster goes. */
export const targetOfCluster = ({ name, arn }: ClusterPlace): StepTarget => {
  const parsed = arn === undefined ? undefined : parseArn(arn);
  const { accountId: account, region: where } = parsed ?? {};
  return { clusterName: name, ...given({ accountId: account, region: where, clusterArn: arn }) };
};

/** Where a change of EKS goes: to the cluster of an ARN. */
export const targetOfClusterArn = (arn: string): Required<StepTarget> => {
  const { accountId: account = '', region: where = '', resource = '' } = parseArn(arn) ?? {};
  return { accountId: account, region: where, clusterArn: arn, clusterName: resource.replace(/^cluster\//, '') };
};
