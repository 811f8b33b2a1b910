import type { Digest } from '../history/transition.ts';
import {
  digestFooter,
  digestLines,
  digestLinks,
  digestTitle,
  showAll,
  shownLines,
} from '../report/digest/digest-lines.ts';
import { cut } from '../text.ts';
import { type ChatLine, chatLine } from './chat-line.ts';
import { fitting } from './fitting.ts';

/** A message to a webhook of Teams may have 28 KB (Microsoft Teams, "Create and send messages"): bytes, not characters. */
const maxMessage = 24_000;
const maxCounts = 1000;

const colours = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
  info: 'default',
  good: 'good',
  neutral: 'default',
} as const;

/** A digest as an Adaptive Card 1.4 in the envelope that a Teams workflow takes. World text stands in text runs, which
 *  know no Markdown. */
export const teamsMessage = (digest: Digest): object =>
  fitting(
    shownLines,
    maxMessage,
    count => withLines(digest, count),
    message => Buffer.byteLength(JSON.stringify(message)),
  );

const withLines = (digest: Digest, count: number): object => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: adaptiveCard(digest, count) }],
});

/** A part of a card, as far as the messages use them. */
export interface CardPart {
  readonly type: string;
  readonly separator?: true;
  readonly inlines?: readonly (Run & { readonly type: 'TextRun' })[];
  readonly items?: readonly CardPart[];
  readonly actions?: readonly CardAction[];
}

interface CardAction {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly url: string;
}

/** The parts of a card that are seen. */
export interface SeenCard {
  readonly body: readonly CardPart[];
  readonly actions: readonly CardAction[];
}

/** The card alone; at most `count` changes. */
export const adaptiveCard = (digest: Digest, count = shownLines): SeenCard => {
  const { lines, left, counts } = digestLines(digest, count);
  const frame = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: cut(digestTitle(digest), 500),
    msteams: { width: 'Full' },
  };
  return {
    ...frame,
    body: [
      runs([{ text: cut(digestTitle(digest), 500), size: 'large', weight: 'bolder' }]),
      ...lines.map(chatLine).map(lineContainer),
      ...(counts === '' ? [] : [runs([{ text: 'By cluster: ', weight: 'bolder' }, { text: cut(counts, maxCounts) }])]),
      ...(left > 0
        ? [
            runs([
              { text: `${left} more: `, weight: 'bolder' },
              { text: showAll(digest), fontType: 'monospace' },
            ]),
          ]
        : []),
      runs([{ text: `${digestFooter(digest)} · ${digest.id}`, isSubtle: true, size: 'small' }]),
    ],
    actions: digestLinks(digest).map(({ text, url }) => ({ type: 'Action.OpenUrl' as const, title: text, url })),
  };
};

const lineContainer = (line: ChatLine): CardPart => ({
  type: 'Container',
  separator: true,
  items: [
    runs([
      { text: `${line.heading}: `, weight: 'bolder', color: colours[line.mood] },
      { text: line.whereAndCause, weight: 'bolder' },
      ...(line.id === undefined ? [] : [{ text: ` ${line.id}`, isSubtle: true as const }]),
    ]),
    runs([{ text: line.text }]),
    ...labelled('Affected', line.affected),
    ...labelled('Before you apply', line.choice),
    ...labelled('Fix', line.fix),
    ...(line.url === undefined
      ? []
      : [
          {
            type: 'ActionSet',
            actions: [{ type: 'Action.OpenUrl' as const, title: 'Open in the report', url: line.url }],
          },
        ]),
    ...(line.command === undefined ? [] : [runs([{ text: line.command, fontType: 'monospace' }])]),
  ],
});

const labelled = (label: string, value: string | undefined): readonly CardPart[] =>
  value === undefined ? [] : [runs([{ text: `${label}: `, weight: 'bolder' }, { text: value }])];

interface Run {
  readonly text: string;
  readonly weight?: 'bolder';
  readonly color?: string;
  readonly fontType?: 'monospace';
  readonly isSubtle?: true;
  readonly size?: 'small' | 'large';
}

const runs = (inlines: readonly Run[]): CardPart => ({
  type: 'RichTextBlock',
  inlines: inlines.map(run => ({ type: 'TextRun' as const, ...run })),
});
