/** The words of a rule, and the stored form of them. Vocabulary: docs/glossary.md. */

import { compareText, type MessageData } from '../text.ts';
import type { Manager } from './manager.ts';
import type { Level } from './role-level.ts';
import type { SourceLocation } from './source-location.ts';
import type { Step } from './step.ts';

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** `breaks`: a pod cannot get its credentials, now or at a known later moment. `exposes`: someone who should not can get
 *  them. `hygiene`: neither yet. */
export const impacts = ['breaks', 'exposes', 'hygiene'] as const;
export type Impact = (typeof impacts)[number];

/** The eight steps of AWS's article "How do I troubleshoot IRSA errors in Amazon EKS?" that a rule automates. */
export const articleSteps = [
  'role-arn-format',
  'provider-exists',
  'provider-audience',
  'provider-thumbprint',
  'role-trust-policy',
  'webhook-configuration',
  'webhook-injection',
  'supported-sdk',
] as const;
export type ArticleStep = (typeof articleSteps)[number];

/** One fact behind a finding: the value seen, the value wanted, and where it was read. */
export interface Evidence {
  readonly what: string;
  readonly got: string;
  readonly wanted?: string;
  /** Operation or file: `iam:GetOpenIDConnectProvider`, `TLS handshake with oidc.eks…:443`. */
  readonly readFrom: string;
  /** Where in the text of a policy, or of the file that `lint` read. */
  readonly at?: SourceLocation;
  /** The values in `got` and `wanted`, where these are more than values: what two runs are compared by. */
  readonly data?: MessageData;
  /** It changes by itself: a change of it is not told. */
  readonly volatile?: true;
}

/** Where a piece of evidence was read, with its place in the text, for people. */
export const whereRead = ({ readFrom, at }: Evidence): string =>
  at === undefined ? readFrom : `${readFrom}, line ${at.line}, column ${at.column}`;

/** Why a rule could not be decided. `unread`: a read failed. `not-asked-for`: the configuration leaves it out.
 *  `undocumented`: AWS does not say how it decides. `request-dependent`: it depends on values that only a request has.
 *  `ambiguous`: what was read allows two answers. `budget`: too large to decide in bounded time. `rule-failed`: a defect
 *  of the rule. */
export const unknownKinds = [
  'unread',
  'not-asked-for',
  'undocumented',
  'request-dependent',
  'ambiguous',
  'budget',
  'rule-failed',
] as const;
export type UnknownKind = (typeof unknownKinds)[number];

/** Why something cannot be decided: the kind for programs, what is missing for people. */
export interface Undecided {
  readonly kind: UnknownKind;
  readonly missing: string;
}

/** A document that a fix sets as a whole. Two fixes that replace the same one undo each other. */
export type Replaced =
  | { readonly kind: 'trust-policy'; readonly roleArn: string }
  | { readonly kind: 'thumbprints'; readonly providerArn: string };

/** Another way to fix it, proven as the first is. */
export interface Alternative {
  /** One sentence, imperative. */
  readonly summary: string;
  readonly steps: readonly Step[];
  /** The decision of a person before this one; absent where the question of the fix is the same for all its ways. */
  readonly choice?: string;
  /** Tools that manage what these steps change. */
  readonly managers?: readonly Manager[];
}

/** How to fix it, as a rule gives it. */
export interface FixDraft {
  /** One sentence, imperative. */
  readonly summary: string;
  /** In order, every argument filled in; absent where a person must choose and nothing is made before. */
  readonly steps?: readonly Step[];
  /** Where a person must choose first: which choice. */
  readonly choice?: string;
  /** Other ways, likeliest first. */
  readonly alternatives?: readonly Alternative[];
  /** The line to change in Terraform or CDK code. */
  readonly terraform?: string;
  readonly cdk?: string;
}

/** How to fix it. A fix that is too long to be kept has no steps. */
export interface Fix extends Omit<FixDraft, 'steps'> {
  readonly steps?: readonly Step[];
  /** The steps as commands to paste into a POSIX shell, in order. */
  readonly commands: readonly string[];
  /** The document that the steps replace as a whole. */
  readonly replaces?: Replaced;
  /** Tools that manage what the steps change: their next run undoes a change made beside them. */
  readonly managers?: readonly Manager[];
}

/** Where a finding lies; every field is a top-level attribute of the table. */
export interface FindingLocation {
  readonly accountId: string;
  readonly region?: string;
  readonly clusterName?: string;
  readonly clusterArn?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly roleArn?: string;
  readonly providerArn?: string;
  readonly issuer?: string;
  /** Who answers for it, by the tag or label `owner` of what is closest. */
  readonly owner?: string;
}

/** The names of a place beside its account, as outputs for people and machines have them. */
export const placeNamesOf = ({
  region,
  clusterName,
  namespace,
  serviceAccount,
  roleArn,
  providerArn,
  issuer,
  owner,
}: FindingLocation) => ({ region, clusterName, namespace, serviceAccount, roleArn, providerArn, issuer, owner });

/** A rule that also failed and is explained by the same cause. */
export interface Folded {
  /** The id that it had, or would have, as a finding of its own. */
  readonly id: string;
  readonly ruleId: string;
  readonly subject: string;
  /** Absent where it is empty. */
  readonly discriminator?: string;
  readonly message: string;
}

/** One finding of one run. */
export interface Finding extends FindingLocation {
  /** Stable across runs, machines and orderings: see `findingId`. */
  readonly id: string;
  readonly ruleId: string;
  /** An ARN, an issuer's URL, or `<cluster ARN>/<kind>/<namespace>/<name>`. */
  readonly subject: string;
  /** Tells apart several findings of one rule on one subject; often empty. */
  readonly discriminator: string;
  readonly impact: Impact;
  readonly severity: Severity;
  readonly articleStep?: ArticleStep;
  /** Which message of the rule it is, and its values: what programs compare. */
  readonly messageId: string;
  readonly data: MessageData;
  /** Names in `data` whose values change by themselves: a change of them is not told. */
  readonly volatile?: readonly string[];
  /** The fault in at most 26 characters, for a line where the subject stands before it. */
  readonly brief: string;
  /** The fault, one sentence with the real names in it: text made of `messageId` and `data`. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** The level of the role that it opens, where levels were asked for. */
  readonly roleLevel?: Level;
  /** The error that a pod would log. */
  readonly podError?: string;
  readonly fix: Fix;
  readonly explains: readonly Folded[];
  /** Set where a waiver of the configuration covers it. */
  readonly waiver?: {
    readonly reason: string;
    readonly owner: string;
    readonly expires: string;
    /** The worst severity that it covers; absent: all. */
    readonly upTo?: Severity;
  };
}

/** Orders findings worst first, then by rule, subject and discriminator: total and stable. */
export const compareFindings = (a: Finding, b: Finding): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  impacts.indexOf(a.impact) - impacts.indexOf(b.impact) ||
  compareText(a.ruleId, b.ruleId) ||
  compareText(a.subject, b.subject) ||
  compareText(a.discriminator, b.discriminator);

/** True if `severity` is at least as bad as `floor`. */
export const atLeast = (severity: Severity, floor: Severity): boolean =>
  severities.indexOf(severity) <= severities.indexOf(floor);

/** The severity of an exposure that cannot be excluded: one step milder than a proven one, but not below medium for it. */
export const whereDoubtful = (severity: Severity): Severity =>
  severity === 'critical' ? 'high' : severity === 'high' ? 'medium' : severity;

/** The milder of two severities. */
export const mildest = (a: Severity, b: Severity): Severity => (severities.indexOf(a) >= severities.indexOf(b) ? a : b);

/** The worse of two severities. */
export const worst = (a: Severity, b: Severity): Severity => (severities.indexOf(a) <= severities.indexOf(b) ? a : b);
