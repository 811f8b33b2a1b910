import type { CauseId } from '../causes/catalogue.ts';

/** A literal text that an SDK, STS, the webhook or a controller prints, which identifies an error by itself. */
export interface KnownMessage {
  /** Stable name: `sts-not-authorized`. */
  readonly id: string;
  /** Who prints it: the source of its texts. */
  readonly by: string;
  /** The message as people see it. Names are in angle brackets, so that nobody takes an example for a name of their own. */
  readonly sample: string;
  /** It is this message if one of these is found in the text, upper or lower case, with white space collapsed. `*` stands for up to 160
   *  characters, `**` for 800, `~` for 60 without a slash, `{name}` for one of a set of texts (text-pattern.ts). */
  readonly texts: readonly string[];
  /** Its meaning. */
  readonly says: string;
  /** The causes that are possible, in no order. */
  readonly causes: readonly CauseId[];
  /** Ids of more exact messages: beside one of them this one is not told. */
  readonly unless?: readonly string[];
  /** A frame around another message, which explains nothing alone. */
  readonly isFrame?: true;
  /** It reports a failure without its reason: a message with a reason goes first. */
  readonly isSymptom?: true;
  /** The same call may succeed a moment later. */
  readonly transient?: true;
}
