import type { Notifier } from '../audit/ports.ts';
import type { Digest } from '../history/transition.ts';
import { digestFooter, digestLines, digestLinks, digestTitle, showAll } from '../report/digest/digest-lines.ts';
import { cut } from '../text.ts';
import { type ChatLine, chatLine } from './chat-line.ts';

const maxDescription = 3500;
const maxText = 400;
const maxChoice = 1500;
/** An address or ARN that no chat client takes for a mention or a link. Another one is left out: changed, it would name nothing. */
const harmlessUrl = /^https:\/\/[\w.:/?#=%+,;$-]{1,300}$/;
const harmlessArn = /^arn:[\w:/+=,.-]+$/;

/** The parts of a custom notification that are seen, and those for machines. */
export interface ChatbotMessage {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: object;
}

/**
 * A digest in the custom notification schema of Amazon Q Developer in chat applications (its administrator guide, "Custom
 * notifications"): `version` 1.0 and `source` custom are fixed, `content.description` is wanted. It goes to a topic of its
 * own, because the service drops what is not in this schema.
 */
export const chatbotMessage = (digest: Digest): ChatbotMessage => {
  const { lines, left, counts } = digestLines(digest);
  const chat = lines.map(chatLine);
  const resources = digest.transitions
    .map(({ after }) => after.finding.subject)
    .filter(subject => harmlessArn.test(subject));
  return {
    version: '1.0',
    source: 'custom',
    id: digest.id,
    content: {
      textType: 'client-markdown',
      title: cut(plain(digestTitle(digest)), 250),
      description: cut(
        [
          ...chat.flatMap(textOf),
          ...(counts === '' ? [] : [`By cluster: ${plain(counts)}`]),
          ...(left > 0 ? [`${left} more: ${showAll(digest)}`] : []),
          ...digestLinks(digest).flatMap(({ text, url }) => (harmlessUrl.test(url) ? [`${text}: ${url}`] : [])),
          digestFooter(digest),
        ].join('\n'),
        maxDescription,
      ),
      nextSteps: chat.flatMap(stepOf),
      keywords: [...new Set(chat.map(({ ruleId }) => ruleId))],
    },
    metadata: {
      threadId: digest.runId,
      summary: cut(plain(digestTitle(digest)), 250),
      eventType: 'irsa-auditor.digest',
      relatedResources: [...new Set(resources)].slice(0, 5),
      additionalContext: { runId: digest.runId },
    },
  };
};

/** The cause with its place, who is affected, and the command that shows or fixes it. */
const textOf = (line: ChatLine): readonly string[] => [
  `• ${line.heading}: ${plain(line.whereAndCause)}: ${plain(cut(line.text, maxText))}${line.id === undefined ? '' : ` (${line.id})`}`,
  ...(line.affected === undefined ? [] : [`  Affected: ${plain(line.affected)}`]),
  ...(line.url !== undefined && harmlessUrl.test(line.url) ? [`  ${line.url}`] : []),
];

/** The action; a choice that must come first stands before it. */
const stepOf = ({ choice, fix, command }: ChatLine): readonly string[] => {
  if (fix === undefined) return [];
  const before = choice === undefined ? '' : `Before you apply: ${cut(plain(choice), maxChoice)} `;
  const after = command === undefined ? '' : ` (${plain(command)})`;
  return [`${before}Fix: ${cut(plain(fix), maxText)}${after}`];
};

/** Characters that a chat client takes for a format, and the character most like each: a pattern without its asterisk,
 *  or a role without its underscore, would be another one. */
const lookalikes: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼', '`': 'ˋ' };

/** World text without what the chat client would take for a format, a link or a mention. */
const plain = (text: string): string =>
  text
    .replace(/[*_~`]/g, character => lookalikes[character] ?? ' ')
    .replaceAll('](', '] (')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@ ');

/** Publishes digests for chat channels. `publish` puts one message on the topic that only the chat service reads. */
export const chatbotNotifier = (name: string, publish: (message: string) => Promise<void>): Notifier => ({
  name,
  send: async digest => {
    await publish(JSON.stringify(chatbotMessage(digest)));
    return 'sent';
  },
});
