import type {
  ActionsBlock,
  Button,
  KnownBlock,
  PlainTextElement,
  RichTextBlock,
  RichTextElement,
  RichTextText,
} from '@slack/types';
import type { Digest } from '../history/transition.ts';
import {
  digestFooter,
  digestLines,
  digestLinks,
  digestTitle,
  showAll,
  shownLines,
} from '../report/digest/digest-lines.ts';
import { cut, cutUnits } from '../text.ts';
import { type ChatLine, chatLine } from './chat-line.ts';
import { fitting } from './fitting.ts';

/** Slack takes 50 blocks a message, 150 characters a header and 3,000 a URL. Of all blocks together it refuses what is
 *  longer than some 13,200 characters (`msg_blocks_too_long`, slackapi/bolt-js issue 2509). */
const maxBlocks = 12_000;
const maxUrl = 3000;
const maxCounts = 1000;

const marks = {
  critical: 'red_circle',
  high: 'large_orange_circle',
  medium: 'large_yellow_circle',
  low: 'large_blue_circle',
  info: 'white_circle',
  good: 'white_check_mark',
  neutral: 'arrows_counterclockwise',
} as const;

/** A digest as a Slack message in Block Kit. World text stands in rich text and plain text only, which know no mention,
 *  link or format: what was read is shown as it is. */
export const slackMessage = (digest: Digest): { readonly text: string; readonly blocks: readonly KnownBlock[] } => ({
  text: escaped(titleOf(digest)),
  blocks: fitting(
    shownLines,
    maxBlocks,
    count => blocksOf(digest, count),
    blocks => JSON.stringify(blocks).length,
  ),
});

/** The fallback of a notification is Slack's own markup, in which `<!channel>` is a mention: its three signs are written as
 *  entities (Slack, "Formatting text for app surfaces"). */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const titleOf = (digest: Digest): string => cutUnits(digestTitle(digest), 150);

const blocksOf = (digest: Digest, count: number): readonly KnownBlock[] => {
  const { lines, left, counts } = digestLines(digest, count);
  return [
    { type: 'header', text: plain(titleOf(digest)) },
    ...lines
      .map(chatLine)
      .flatMap((line, index): readonly KnownBlock[] => [
        { type: 'divider' },
        lineBlock(line),
        ...actionsOf(line.url === undefined ? [] : [{ text: 'Open in the report', url: line.url }], `finding-${index}`),
        ...(line.command === undefined ? [] : [richText([], line.command)]),
      ]),
    ...(counts === '' ? [] : [richText([[bold('By cluster: '), text(cut(counts, maxCounts))]])]),
    ...(left > 0 ? [richText([[bold(`${left} more: `), code(showAll(digest))]])] : []),
    ...actionsOf(digestLinks(digest), 'open'),
    { type: 'context', elements: [plain(cut(`${digestFooter(digest)} · ${digest.id}`, 1900))] },
  ];
};

/** A link that is too long for a button is left out: with it Slack would refuse the whole message. */
const actionsOf = (links: readonly Link[], id: string): readonly ActionsBlock[] => {
  const taken = links.filter(({ url }) => url.length <= maxUrl);
  const elements = taken.map((link, index) => button(link, `${id}-${index}`));
  return elements.length > 0 ? [{ type: 'actions', elements }] : [];
};

const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text, emoji: false });
const text = (value: string): RichTextText => ({ type: 'text', text: value });
const bold = (value: string): RichTextText => ({ type: 'text', text: value, style: { bold: true } });
const code = (value: string): RichTextText => ({ type: 'text', text: value, style: { code: true } });
const emoji = (name: string): RichTextElement => ({ type: 'emoji', name });

const richText = (sections: readonly (readonly RichTextElement[])[], command?: string): RichTextBlock => ({
  type: 'rich_text',
  elements: [
    ...sections.map(elements => ({ type: 'rich_text_section' as const, elements: [...elements] })),
    ...(command === undefined ? [] : [{ type: 'rich_text_preformatted' as const, elements: [text(command)] }]),
  ],
});

const lineBlock = (line: ChatLine): RichTextBlock =>
  richText([
    [
      emoji(marks[line.mood]),
      bold(` ${line.heading}: ${line.whereAndCause}`),
      ...(line.id === undefined ? [] : [text('  '), code(line.id)]),
    ],
    [text(`\n${line.text}`)],
    ...labelled('Affected', line.affected),
    ...labelled('Before you apply', line.choice),
    ...labelled('Fix', line.fix),
  ]);

const labelled = (label: string, value: string | undefined): readonly (readonly RichTextElement[])[] =>
  value === undefined ? [] : [[bold(`\n${label}: `), text(value)]];

interface Link {
  readonly text: string;
  readonly url: string;
}

const button = (link: Link, id: string): Button => ({
  type: 'button',
  text: plain(link.text),
  url: link.url,
  action_id: id,
});
