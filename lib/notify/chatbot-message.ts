import type { Digest } from '../core/drift/transition.ts';
import { cut } from '../core/text/visible-text.ts';
import { digestFooter, digestLines, digestTitle, showAll } from './digest-lines.ts';

const shownLines = 8;
const maxDescription = 3500;
/** An ARN that no chat client takes for a mention or a link. Another one is left out: changed, it would name nothing. */
const harmlessArn = /^arn:[\w:/+=,.-]+$/;

/**
 * A digest in the custom notification schema of Amazon Q Developer in chat applications (its administrator guide, "Custom
 * notifications"): `version` 1.0 and `source` custom are fixed, `content.description` is wanted. It goes to a topic of its
 * own, because the service drops what is not in this schema.
 */
export const chatbotMessage = (digest: Digest): object => {
  const { lines, left } = digestLines(digest, shownLines);
  const resources = digest.transitions
    .map(({ after }) => after.finding.subject)
    .filter(subject => harmlessArn.test(subject));
  return {
    version: '1.0',
    source: 'custom',
    id: digest.id,
    content: {
      textType: 'client-markdown',
      title: cut(digestTitle(digest), 250),
      description: cut(
        [
          ...lines.map(line => `• ${line.heading} ${line.ruleId}: ${plain(line.message)}`),
          ...(left > 0 ? [`${left} more: ${showAll}`] : []),
          digestFooter(digest),
        ].join('\n'),
        maxDescription,
      ),
      nextSteps: lines.flatMap(({ fix }) => (fix === undefined ? [] : cut(plain(fix), 300))).slice(0, 3),
      keywords: [...new Set(lines.map(line => line.ruleId))].slice(0, 5),
    },
    metadata: {
      threadId: digest.runId,
      summary: cut(digestTitle(digest), 250),
      eventType: 'irsa-auditor.digest',
      relatedResources: [...new Set(resources)].slice(0, 5),
      additionalContext: { runId: digest.runId },
    },
  };
};

/** What a chat client takes for a format, and the character most like it: a pattern without its asterisk, or a role without
 *  its underscore, would be another one. */
const lookalikes: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼', '`': 'ˋ' };

/** World text without what the chat client would take for a format, a link or a mention. */
const plain = (text: string): string =>
  text
    .replace(/[*_~`]/g, character => lookalikes[character] ?? ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@ ');
