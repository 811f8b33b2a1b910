/** A Terraform file as a tree. Nothing in it is evaluated: `resolve.ts` says what is known of a value. */
import type { JsonScalar } from '../../../policy.ts';

/** Where something stands: offsets in characters from the start of the file. */
export interface HclPlace {
  readonly at: number;
  readonly end: number;
}

/** A part of a template: text as it will be, or the value of an expression. */
export type TemplatePart = HclPlace & ({ readonly text: string } | { readonly value: HclExpression });

/** An expression. `choice` is `condition ? a : b`, `other` one that is never evaluated; `text` is how it is written. */
export type HclExpression =
  | JsonScalar
  | (HclPlace &
      (
        | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
        | { readonly kind: 'list'; readonly items: readonly HclExpression[] }
        | { readonly kind: 'map'; readonly members: readonly HclMember[] }
        | { readonly kind: 'reference'; readonly path: readonly string[]; readonly text: string }
        | {
            readonly kind: 'call';
            readonly name: string;
            readonly parameters: readonly HclExpression[];
            readonly text: string;
          }
        | { readonly kind: 'choice'; readonly branches: readonly HclExpression[]; readonly text: string }
        | { readonly kind: 'other'; readonly text: string }
      ));

/** A key of a map with its value. */
export interface HclMember {
  readonly key: HclExpression;
  readonly value: HclExpression;
}

/** A block, such as `resource "aws_iam_role" "app" { … }`. */
export interface HclBlock extends HclBody, HclPlace {
  readonly type: string;
  readonly labels: readonly string[];
}

/** The inside of a block, or of a file. The last of two attributes of a name counts. */
export interface HclBody {
  readonly attributes: ReadonlyMap<string, HclExpression>;
  readonly blocks: readonly HclBlock[];
}
