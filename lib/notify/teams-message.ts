import type { Digest } from '../core/drift/transition.ts';
import { cut } from '../core/text/visible-text.ts';
import {
  type DigestLine,
  digestFooter,
  digestLines,
  digestLinks,
  digestTitle,
  placeAndId,
  showAll,
} from './digest-lines.ts';
import { boundedLine, fitting } from './fitting.ts';

/** A message to a webhook of Teams may have 28 KB (Microsoft Teams, "Create and send messages"): bytes, not characters. */
const shownLines = 12;
const maxMessage = 24_000;

const colours = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
  info: 'default',
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

/** The card alone; at most `count` changes. */
export const adaptiveCard = (digest: Digest, count = shownLines): object => {
  const { lines, left } = digestLines(digest, count);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: cut(digestTitle(digest), 500),
    msteams: { width: 'Full' },
    body: [
      { type: 'TextBlock', text: cut(digestTitle(digest), 500), size: 'large', weight: 'bolder', wrap: true },
      ...lines.map(boundedLine).map(lineContainer),
      ...(left > 0
        ? [
            runs([
              { text: `${left} more: `, weight: 'bolder' },
              { text: showAll, fontType: 'monospace' },
            ]),
          ]
        : []),
      runs([{ text: `${digestFooter(digest)} · ${digest.id}`, isSubtle: true, size: 'small' }]),
    ],
    actions: digestLinks(digest).map(({ text, url }) => ({ type: 'Action.OpenUrl', title: text, url })),
  };
};

const lineContainer = (line: DigestLine): object => ({
  type: 'Container',
  separator: true,
  items: [
    runs([
      {
        text: `${line.heading} `,
        weight: 'bolder',
        color: colourOf(line),
      },
      { text: line.ruleId, fontType: 'monospace' },
      { text: ` ${placeAndId(line)}`, isSubtle: true },
    ]),
    runs([{ text: line.message }]),
    ...(line.fix === undefined ? [] : [runs([{ text: 'Fix: ', weight: 'bolder' }, { text: line.fix }])]),
    ...(line.command === undefined ? [] : [runs([{ text: line.command, fontType: 'monospace' }])]),
  ],
});

const colourOf = ({ kind, severity }: DigestLine): string => {
  if (kind === 'resolved') return 'good';
  return severity === undefined ? 'default' : colours[severity];
};

interface Run {
  readonly text: string;
  readonly weight?: 'bolder';
  readonly color?: string;
  readonly fontType?: 'monospace';
  readonly isSubtle?: true;
  readonly size?: 'small';
}

const runs = (inlines: readonly Run[]): object => ({
  type: 'RichTextBlock',
  inlines: inlines.map(run => ({ type: 'TextRun', ...run })),
});
