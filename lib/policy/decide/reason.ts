import type { UnknownKind } from '../../model.ts';
import type { ProblemKind } from '../parse/policy.ts';

/** Why a key's presence or value cannot be known: AWS does not document it, it depends on the pod's own request, or the
 *  fact was not read. */
export type DoubtKind = Extract<UnknownKind, 'undocumented' | 'request-dependent' | 'unread'>;

/** Why something is unknown, as data: programs go by `kind`, the sentence beside it is for people. */
export type UnknownReason =
  | { readonly kind: DoubtKind; readonly key?: string; readonly operator?: string }
  /** The meaning of a whole element of a statement is not documented. */
  | { readonly kind: 'undocumented'; readonly element: 'Principal' | 'Action' | 'Condition' }
  | { readonly kind: 'unsupported-operator'; readonly operator: string; readonly key: string }
  /** IAM refuses the whole policy. */
  | { readonly kind: 'refused-by-iam'; readonly problem: ProblemKind; readonly name?: string }
  /** A statement has what a trust policy does not have. */
  | { readonly kind: 'policy-problem'; readonly problem: ProblemKind; readonly name?: string }
  /** The work that a policy may take did not suffice. The worst case behind it: every service account of the issuer. */
  | { readonly kind: 'budget'; readonly mayBeEverySubject: boolean };

/** Why something is allowed, applies or holds. */
type GrantReason =
  | { readonly kind: 'allows'; readonly statement: number }
  | { readonly kind: 'principal-matches' | 'action-matches' }
  | { readonly kind: 'holds'; readonly key: string; readonly operator: string };

/** Why something is refused, does not apply or does not hold. */
type RefusalReason =
  | { readonly kind: 'denies'; readonly statement: number }
  | { readonly kind: 'denied-by-control-policy'; readonly policy: string }
  | { readonly kind: 'no-statement' | 'principal-differs' | 'action-differs' }
  | {
      readonly kind: 'key-absent' | 'value-differs' | 'value-excluded' | 'variable-without-value';
      readonly key: string;
      readonly operator: string;
    };

/** Every reason that the evaluator gives. */
export type Reason = UnknownReason | GrantReason | RefusalReason;

/** A reason with its sentence: a clause without a full stop. */
export interface Explanation<R extends Reason = Reason> {
  readonly because: string;
  readonly reason: R;
}
