/**
 * A policy as statements, with positions. The parser keeps what it does not understand: an unknown element makes
 * its statement undecidable, never ignored. Grammar: docs/facts.md §A.1–A.7.
 */
import type { SourceLocation } from '../../model.ts';

/** A string of the policy with where it stands. Numbers and booleans arrive as their text (§A.2). */
export interface Located {
  readonly text: string;
  readonly at: SourceLocation;
}

/** One test: operator, key, values. */
export interface ConditionTest {
  /** As written: `StringEquals`, `ForAllValues:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: Located;
  readonly values: readonly Located[];
  readonly at: SourceLocation;
}

/** A principal element: `"*"` whole, or a map of type to values. */
export type Principal =
  | { readonly kind: 'everyone'; readonly at: SourceLocation }
  | { readonly kind: 'typed'; readonly entries: readonly PrincipalEntry[]; readonly at: SourceLocation };

/** `type` is `Federated`, `AWS`, `Service`, `CanonicalUser` or whatever stands there. */
export interface PrincipalEntry {
  readonly type: string;
  readonly value: Located;
}

/** The kinds of policies: who may assume a role (`Principal`, no `Resource`), or what a role may do (`Resource`, no
 *  `Principal`): identity policies, permissions boundaries, service control policies (IAM User Guide, policy elements). */
export type PolicyKind = 'trust' | 'permissions';

/** One statement. */
export interface Statement {
  readonly index: number;
  readonly sid?: string;
  /** As written; anything but `Allow` and `Deny` is a problem. */
  readonly effect: string;
  readonly principal?: Principal;
  readonly notPrincipal?: Principal;
  readonly actions?: readonly Located[];
  readonly notActions?: readonly Located[];
  /** Only in policies of permissions. */
  readonly resources?: readonly Located[];
  readonly notResources?: readonly Located[];
  readonly conditions: readonly ConditionTest[];
  /** Elements that such a policy does not have, or of a wrong type: they make the statement undecidable. */
  readonly problems: readonly PolicyProblem[];
  readonly at: SourceLocation;
}

/** Kinds of problems. `unreadable`: the text is no policy at all. `element`: an element or value that a trust policy does
 *  not have, lacks, or has of a wrong type. `key-case`: condition keys that differ only in case. */
export type ProblemKind =
  | 'unreadable'
  | 'element'
  | 'version'
  | 'duplicate-key'
  | 'key-case'
  | 'sid'
  | 'repeated-sid'
  | 'character';

/** Something in the text that IAM would refuse or that has no documented meaning. */
export interface PolicyProblem {
  readonly kind: ProblemKind;
  /** The key or Sid that it is about. */
  readonly name?: string;
  readonly message: string;
  readonly at: SourceLocation;
}

/** A whole policy. */
export interface Policy {
  /** As written; absent means `2008-10-17` (§A.5: no policy variables then). */
  readonly version?: string;
  readonly statements: readonly Statement[];
  /** Problems outside statements, and what IAM refuses the whole policy for (`refusalsOf`). */
  readonly problems: readonly PolicyProblem[];
  /** Characters without white space: what the quota counts (§A.9). */
  readonly length: number;
}

/** The outcome of parsing. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | {
      readonly ok: false;
      readonly problem: PolicyProblem;
      /** The line of the text where the problem lies, cut to what a person reads; empty where there is no text. */
      readonly excerpt: string;
    };

/** Whether a statement names a principal by exactly this text. */
export const namesPrincipal = ({ principal }: Pick<Statement, 'principal'>, text: string): boolean =>
  principal?.kind === 'typed' && principal.entries.some(({ value }) => value.text === text);
