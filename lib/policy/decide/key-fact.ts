import type { DoubtKind } from './reason.ts';
import type { TextGrammar } from './text-grammar.ts';

/** A key in the request. */
export interface KeyFact {
  readonly present: 'yes' | 'no' | 'unknown';
  /** Its value; absent if it has one that cannot be known from here. */
  readonly value?: string;
  /** The token's subject, where that is not fixed. */
  readonly isSubject?: boolean;
  /** The caller chooses the value: as a policy variable it stands for any text of one of these grammars. */
  readonly free?: readonly TextGrammar[];
  /** True for a text that is somebody else's: the caller cannot choose it. */
  readonly isTaken?: (value: string) => boolean;
  /** Its value is an address of the public internet. */
  readonly isPublicAddress?: true;
  /** The documented value may also come in another form: only a match is certain. */
  readonly otherForms?: boolean;
  /** The value is this instant, in milliseconds since 1970. As what text the request carries it is not documented. */
  readonly instant?: number;
  /** The instant counts as a number too: seconds since 1970. */
  readonly isEpoch?: boolean;
  /** Why its presence or its value cannot be known; absent where both are. */
  readonly doubt?: DoubtKind;
  readonly because: string;
}
