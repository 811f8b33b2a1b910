import type { SourceLocation } from '../../model.ts';
import { buildPolicy, type ParsedPolicy, parsePolicy } from '../../policy.ts';
import { lineAt } from '../../text.ts';
import type { FoundObjects } from './manifests/objects.ts';
import { type JudgedSpan, jsonOfNode, type SourceDocument, type SourceNode, stringOf } from './source-tree.ts';

/** A trust policy found in a file. */
export interface FoundPolicy {
  /** The file as the user named it. */
  readonly file: string;
  /** The owner of the policy: `aws_iam_role.app`, `AWS::IAM::Role AppRole`; empty for a policy that is the file
   *  itself. */
  readonly owner: string;
  /** The policy's JSON. */
  readonly text: string;
  readonly policy: ParsedPolicy;
  /** The start of the policy, in the coordinates of `policy`. */
  readonly start: SourceLocation;
  /** Turns a place of `policy` into a place of the file. */
  readonly placeOf: (at: SourceLocation) => SourceLocation;
  /** The part of the file that the policy is written in. */
  readonly span?: JudgedSpan;
  /** The name of the role, where the file writes it out. */
  readonly roleName?: string;
  /** The ARN of the role, where the file has it: as AWS or Terraform printed it. */
  readonly roleArn?: string;
  /** Some of its statements are not known, or not judged. */
  readonly isPartial?: true;
  /** The owner as the files of its folder refer to it, where `owner` says more. */
  readonly address?: string;
  /** The policy where no variable has its default; absent where none counts. */
  readonly loose?: Pick<FoundPolicy, 'policy' | 'text'>;
  /** A file of its own has the policy, and is judged by itself; a module reads it for a role. */
  readonly isCopy?: true;
  /** A module reads the file for a role, which says more of it. */
  readonly isCopied?: true;
  /** Another form of the previous policy, deployed under other conditions. */
  readonly isForm?: true;
  /** The files whose values it is with. */
  readonly givenBy?: readonly string[];
}

/** A policy whose text is not known before it is applied. */
export interface UnknownPolicy {
  readonly file: string;
  readonly owner: string;
  readonly at: SourceLocation;
  readonly why: string;
}

/** Why a template of a chart is not checked. */
export const ofChart = 'a template of a Helm chart: lint what helm template prints of it';

/** The policies of one file. */
export interface FoundPolicies {
  readonly policies: readonly FoundPolicy[];
  readonly unknown: readonly UnknownPolicy[];
  /** Parts of files that were judged beside the places of the policies. */
  readonly judged?: readonly JudgedSpan[];
  /** Objects of Kubernetes in it. */
  readonly objects?: FoundObjects;
}

/** The policy in a document, written as an object or as text; undefined for a text that is one placeholder. */
export const policyOf = (node: SourceNode, document: SourceDocument, owner: string): FoundPolicy | undefined => {
  const { name: file, locate } = document;
  const span = { file, at: node.at, end: node.end };
  const embedded = stringOf(node);
  if (embedded === undefined) {
    const text = jsonOfNode(node);
    const policy = buildPolicy(node, { text, locate, lineAt: offset => lineAt(document.text, offset) });
    return { file, owner, text, policy, start: locate(node.at), placeOf: at => at, span };
  }
  // Also an expression of Terraform in YAML, such as `${jsonencode({…})}`.
  if (/^\$\{.*\}$/s.test(embedded.trim())) return undefined;
  return {
    file,
    owner,
    text: embedded,
    policy: parsePolicy(embedded),
    start: { line: 1, column: 1 },
    placeOf: placeInBlock(embedded, node, document),
    span,
  };
};

/** The place of a text's part in the file: a block of YAML has its lines below its beginning, behind a margin; any other text has
 *  the place of its beginning. */
const placeInBlock = (embedded: string, { at: start }: SourceNode, { text, locate }: SourceDocument) => {
  const from = locate(start);
  return ({ line, column }: SourceLocation): SourceLocation => {
    const first = embedded.split('\n', 1).join();
    const [, second = '', third = ''] = text.slice(start).split('\n', 3);
    // The key of a function may stand above the block.
    const below = [second, third].findIndex(one => first.trim() !== '' && one.trim() === first.trim()) + 1;
    if (below === 0) return from;
    const margin = (below === 1 ? second : third).indexOf(first.trim()) - first.indexOf(first.trim());
    return { line: from.line + below + line - 1, column: column + margin };
  };
};
