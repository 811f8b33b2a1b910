import { clusterMessages } from './cluster-messages.ts';
import type { KnownMessage } from './known-message.ts';
import { networkMessages } from './network-messages.ts';
import { sdkMessages } from './sdk-messages.ts';
import { serviceMessages } from './service-messages.ts';
import { stsMessages } from './sts-messages.ts';
import { stsTokenMessages } from './sts-token-messages.ts';

/** Every message that is understood: those of SDKs about files and credentials go before what STS says; who has an answer
 *  of STS has reached it, so that what says the contrary comes later. */
export const knownMessages: readonly KnownMessage[] = [
  ...sdkMessages,
  ...stsTokenMessages,
  ...stsMessages,
  ...networkMessages,
  ...clusterMessages,
  ...serviceMessages,
];

/** Names that stand in a pasted message: what a check can be narrowed to. */
export interface MessageFacts {
  readonly roleArn?: string;
  readonly issuer?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
}

/** What a pasted text turned out to be. `also` are other known messages in it; `nearest` stands only where none is. */
export type MessageExplanation =
  | {
      readonly known: true;
      readonly message: KnownMessage;
      readonly also: readonly KnownMessage[];
      readonly facts: MessageFacts;
    }
  | { readonly known: false; readonly nearest: readonly KnownMessage[]; readonly facts: MessageFacts };

/** Longer texts are cut. A whole log fits: what is wrong stands at its end more often than not. */
export const maxText = 1_000_000;

/** Explains a message as it stands in a log, in the form of whichever SDK, over several lines, with JSON, XML or noise around it. */
export const explainMessage = (text: string): MessageExplanation => {
  const plain = plainText(text);
  const readings = [...new Set([plain, plainText(text.replace(hardWrap, ''))])];
  const facts = factsIn(plain);
  const found = knownMessages.filter(({ patterns }) =>
    patterns.some(pattern => readings.some(reading => pattern.test(reading))),
  );
  const [message, ...also] = [...narrowed(found)].sort((a, b) => weight(a) - weight(b));
  return message ? { known: true, message, also, facts } : { known: false, nearest: nearestTo(plain), facts };
};

/** STS and SDKs go before other services; what the last word of a fallback chain says goes last. */
const weight = (message: KnownMessage): number =>
  message.id === 'sdk-no-credentials' ? 2 : message.from === 'other-service' ? 1 : 0;

/** A message, and those that say the same more exactly. */
const covering: Readonly<Record<string, readonly string[]>> = {
  'sts-missing-claim': ['sts-missing-aud'],
  'sdk-token-file-missing': ['sdk-token-file-unset'],
  'sdk-sts-unreachable': ['sdk-region-missing'],
  'sdk-credentials-canceled': ['sdk-sts-unreachable'],
  'sdk-irsa-role-permission': ['sdk-node-role', 'service-role-chaining'],
  'service-role-chaining': ['sdk-node-role'],
  'service-signature': ['service-clock'],
  'service-denied': ['sdk-node-role', 'sdk-irsa-role-permission', 'service-iam-user'],
};

/** General messages that a more specific one contains are dropped, and what only says that a call failed where the text
 *  says why. */
const narrowed = (found: readonly KnownMessage[]): readonly KnownMessage[] => {
  const ids = new Set(found.map(message => message.id));
  const saysWhy = found.some(({ from }) => from !== 'wrapper');
  return found.filter(
    message => !covering[message.id]?.some(id => ids.has(id)) && (message.from !== 'wrapper' || !saysWhy),
  );
};

/** Where a terminal cut a line that was too long, in the middle of a word or not, with or without a frame around it. */
const hardWrap = /(?: ?│)?\r?\n(?:│ ?)?/g;

/** What a terminal takes for a colour begins with the escape character. */
const colour = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;]*[A-Za-z]`, 'g');

/** The text on one line: colours and frames stripped, escapes of JSON (over again), XML and URLs undone, white space
 *  collapsed. `\run` and `\token` are of a path of Windows, not escapes. */
const plainText = (text: string): string =>
  text
    .slice(0, maxText)
    .replace(colour, '')
    .replace(/[│╷╵]/g, ' ')
    .replace(/\\{1,8}(?=(?:run|token)\b)/g, '/')
    .replace(/\\{1,8}[nrt]/g, ' ')
    .replace(/\\u0027|&apos;|&#39;|&#x27;|%27/gi, "'")
    .replace(/\\{0,8}&quot;|\\{1,8}"|%22/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/%20|\+(?=\w)/g, ' ')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ');

const factsIn = (text: string): MessageFacts => {
  const roleArn = /arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+/.exec(text)?.[0].replace(/[.,]$/, '');
  const issuer = /https:\/\/oidc[.-]eks\.[\w.-]+\/id\/[0-9A-Za-z]+/.exec(text)?.[0];
  const [, namespace, serviceAccount] = /system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]*[a-z0-9])/.exec(text) ?? [];
  const accountId = /arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):/.exec(text)?.[1] ?? /account: ?(\d{12})/.exec(text)?.[1];
  const region =
    /oidc[.-]eks\.([a-z0-9-]+)\./.exec(issuer ?? '')?.[1] ?? /sts\.([a-z]{2}-[a-z-]+-\d)\.amazonaws/.exec(text)?.[1];
  return {
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(region === undefined ? {} : { region }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
};

const enoughAlike = 0.25;
const shownNearest = 2;

/** Known messages whose words are most like those of the text (Dice's coefficient over words), best first. */
const nearestTo = (text: string): readonly KnownMessage[] => {
  const words = wordsOf(text);
  return knownMessages
    .map(message => ({ message, alike: likeness(words, wordsOf(message.sample)) }))
    .filter(({ alike }) => alike >= enoughAlike)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, shownNearest)
    .map(({ message }) => message);
};

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .slice(0, 4000)
      .toLowerCase()
      .match(/[a-z]{3,}/g) ?? [],
  );

/** `b` has at least one word: it is of a message. */
const likeness = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  const shared = [...b].filter(word => a.has(word)).length;
  return (2 * shared) / (Math.min(a.size, b.size * 2) + b.size);
};
