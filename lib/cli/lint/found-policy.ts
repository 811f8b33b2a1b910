import type { SourceLocation } from './source-tree.ts';

/** A trust policy that stands in a file. */
export interface FoundPolicy {
  /** The file as the user named it. */
  readonly file: string;
  /** What it belongs to: `aws_iam_role.app`, `AWS::IAM::Role AppRole`; empty for a policy that is the file itself. */
  readonly owner: string;
  readonly text: string;
  /** Where a place of the policy's text is in the file. */
  readonly placeOf: (at: SourceLocation) => SourceLocation;
  /** The same policy once more, as it is deployed under other conditions. */
  readonly isForm?: true;
}

/** A policy that is there and whose text is not known before it is applied. */
export interface UnknownPolicy {
  readonly file: string;
  readonly owner: string;
  readonly at: SourceLocation;
  readonly why: string;
}

/** What was found in one file. */
export interface FoundPolicies {
  readonly policies: readonly FoundPolicy[];
  readonly unknown: readonly UnknownPolicy[];
}
