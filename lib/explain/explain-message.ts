import { type Cause, type CauseId, causeOf } from './causes/catalogue.ts';
import { type Choice, chooseMessage } from './choose-message.ts';
import { logRecordOf, plainText, recordsOf } from './log-records.ts';
import { type Mark, marksIn } from './marks.ts';
import type { KnownMessage } from './messages/known-message.ts';
import { type Match, messagesIn } from './messages/known-messages.ts';
import { type Share, sharesOf, toldShares } from './model/classify.ts';
import { factsIn, type MessageFacts } from './text-facts.ts';

/** A cause that a text leaves, and the part of reports like it that had this cause (0 to 1). */
export interface LikelyCause {
  readonly cause: Cause;
  readonly share: number;
}

/** The meaning of a pasted text. `decided`: the text leaves one cause. `likely`: the first are likely. `elsewhere`: it is not
 *  about the role of a pod on EKS. `unknown`: neither its messages nor reports like it tell; the nearest causes come first. */
export interface MessageExplanation {
  readonly verdict: 'decided' | 'likely' | 'elsewhere' | 'unknown';
  /** The known message to explain; absent where the text has none. */
  readonly message?: KnownMessage;
  /** The words of the text that the message stands in; absent without one. */
  readonly quote?: string;
  /** Other known messages in the text, newest first. */
  readonly also: readonly Match[];
  /** The causes that the text does not exclude, the likeliest first; none where it has no name of AWS and no message. */
  readonly causes: readonly LikelyCause[];
  /** The marks in the text that exclude causes, in words. */
  readonly marks: readonly string[];
  readonly facts: MessageFacts;
}

/** Characters from the end of a text that are read: the newest lines of a log. */
export const maxText = 1_000_000;
/** Characters that causes are told from: the newest record, and the end of the text. */
const maxFocus = 4000;
/** Characters from the end of a text in which messages outside of the chosen record count. */
const maxAround = 20_000;

/** Below this share of the model, without a message, the text is told as not known. */
const leastShare = 0.05;

/** Names of AWS and of its ways to give roles to pods: a text without one of them, and without a message, is not known. */
const names =
  /aws|amazon|\b(?:eks|iam|sts|s3|imds)\b|irsa|kube2iam|kiam|pod.?identity|service ?account|web ?identity|169\.254|instance (?:profile|role|metadata)|oidc/i;

/** A text without a message and with fewer words than these says too little. */
const leastWords = 5;

/** Explains a message as it stands in a log: of any SDK, over several lines, with JSON, XML or other lines around it. */
export const explainMessage = (text: string): MessageExplanation => {
  const newest = text.slice(-maxText);
  const choice = choiceIn(newest);
  const around = plainText(newest.slice(-maxAround));
  const focus =
    around.length <= maxFocus ? around : `${choice?.text.slice(-maxFocus / 2) ?? ''} ${around.slice(-maxFocus / 2)}`;
  const marks = marksIn(focus);
  const messages = messagesIn(focus).map(({ message }) => message);
  const possible = possibleOf(choice?.message === undefined ? messages : [...messages, choice.message]);
  const shares = sharesOf(
    focus,
    messages.map(({ id }) => id),
    possible,
  );
  const all = leftBy(marks, shares);
  const others = ofOther(choice?.message, all);
  const left = others.length > 0 ? others : all;
  const isNamed = names.test(around) && !newest.slice(-maxAround).includes('\0');
  const isShort = (around.match(/[a-z]{3,}/gi) ?? []).length < leastWords;
  const verdict = others.length > 0 ? 'elsewhere' : verdictOf(choice?.message, marks, left);
  const saysLittle = choice === undefined && marks.length === 0 && (isShort || (verdict !== 'elsewhere' && !isNamed));
  return {
    verdict: saysLittle ? 'unknown' : verdict,
    ...(choice && { message: choice.message, quote: choice.quote }),
    also: choice?.also ?? [],
    causes: toldShares(saysLittle && !isNamed ? [] : left).map(({ id, share }) => ({ cause: causeOf(id), share })),
    marks: marks.map(({ says }) => says),
    facts: { ...factsIn(around), ...factsIn(choice?.text ?? '') },
  };
};

const choiceIn = (text: string): Choice | undefined => {
  const records = recordsOf(text);
  const ofRecord = chooseMessage(records);
  // A frame without its reason: the reason may stand in the record before or after it.
  const isOpen = ofRecord === undefined || ofRecord.message.isFrame;
  return (records.length > 1 && isOpen ? chooseMessage([logRecordOf(text)]) : undefined) ?? ofRecord;
};

/** The causes that the messages can have; a frame says nothing of causes. */
const possibleOf = (messages: readonly KnownMessage[]): ReadonlySet<CauseId> =>
  new Set(messages.filter(({ isFrame }) => !isFrame).flatMap(({ causes }) => causes));

/** The causes that no mark excludes, with shares of what is left. */
const leftBy = (marks: readonly Mark[], shares: readonly Share[]): readonly Share[] => {
  const excluded = new Set(marks.flatMap(({ excludes = [] }) => excludes));
  const [leaves] = marks.flatMap(one => (one.leaves === undefined ? [] : [one.leaves]));
  const left = shares.filter(({ id }) => (leaves === undefined ? !excluded.has(id) : leaves.includes(id)));
  const sum = left.reduce((total, { share }) => total + share, 0);
  return sum === 0 ? shares : left.map(({ id, share }) => ({ id, share: share / sum }));
};

const isElsewhere = (id: CauseId): boolean => !['pod', 'node'].includes(causeOf(id).identity ?? 'pod');

/** The causes of other matters, where the text is about one: those of its message, or those of most reports like it. A pod that
 *  is sent elsewhere costs more than another matter that is told the causes of pods. Empty where it is not. */
const ofOther = (message: KnownMessage | undefined, left: readonly Share[]): readonly Share[] => {
  if (message?.causes.every(isElsewhere)) return left.filter(({ id }) => message.causes.includes(id));
  const others = left.filter(({ id }) => isElsewhere(id));
  return others.reduce((sum, { share }) => sum + share, 0) > 0.5 ? others : [];
};

const verdictOf = (
  message: KnownMessage | undefined,
  marks: readonly Mark[],
  left: readonly Share[],
): MessageExplanation['verdict'] => {
  const first = left[0] && causeOf(left[0].id);
  if (marks.some(({ leaves }) => leaves !== undefined)) return 'decided';
  const ids = new Set(left.map(({ id }) => id));
  const possible = message?.isFrame ? [] : (message?.causes.filter(id => ids.has(id)) ?? []);
  if (possible.length === 1 && possible[0] === first?.id) return 'decided';
  return message === undefined && (left[0]?.share ?? 0) < leastShare ? 'unknown' : 'likely';
};
