import type { Digest } from '../core/drift/transition.ts';
import { cut } from '../core/report/visible-text.ts';
import { type DigestLine, digestFooter, digestLines, digestLinks, digestTitle, showAll } from './digest-lines.ts';

/** Slack takes 50 blocks a message and 150 characters a header. */
const shownLines = 15;

const marks = {
  critical: 'red_circle',
  high: 'large_orange_circle',
  medium: 'large_yellow_circle',
  low: 'large_blue_circle',
  info: 'white_circle',
} as const;

/** A digest as a Slack message in Block Kit. World text stands in rich text and plain text only, which know no mention,
 *  link or format: what was read is shown as it is. */
export const slackMessage = (digest: Digest): { readonly text: string; readonly blocks: readonly object[] } => {
  const { lines, left } = digestLines(digest, shownLines);
  const links = digestLinks(digest);
  const title = cut(digestTitle(digest), 150);
  return {
    text: title,
    blocks: [
      { type: 'header', text: plain(title) },
      ...lines.flatMap(line => [{ type: 'divider' }, lineBlock(line)]),
      ...(left > 0 ? [richText([[bold(`${left} more: `), code(showAll)]])] : []),
      ...(links.length > 0 ? [{ type: 'actions', elements: links.map(button) }] : []),
      { type: 'context', elements: [plain(cut(`${digestFooter(digest)} · ${digest.id}`, 1900))] },
    ],
  };
};

type Element =
  | { readonly type: 'text'; readonly text: string; readonly style?: object }
  | { readonly type: 'emoji'; readonly name: string };

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
const text = (value: string): Element => ({ type: 'text', text: value });
const bold = (value: string): Element => ({ type: 'text', text: value, style: { bold: true } });
const code = (value: string): Element => ({ type: 'text', text: value, style: { code: true } });
const emoji = (name: string): Element => ({ type: 'emoji', name });

const richText = (sections: readonly (readonly Element[])[], command?: string) => ({
  type: 'rich_text',
  elements: [
    ...sections.map(elements => ({ type: 'rich_text_section', elements })),
    ...(command === undefined ? [] : [{ type: 'rich_text_preformatted', elements: [text(command)] }]),
  ],
});

const lineBlock = (line: DigestLine) =>
  richText(
    [
      [
        emoji(line.severity === undefined ? 'arrows_counterclockwise' : marks[line.severity]),
        bold(` ${line.kind} ${line.severity ?? ''} `),
        code(line.ruleId),
        text(`  ${line.place}\n`),
      ],
      [text(`${line.message}\n`)],
      [bold('Fix: '), text(line.fix)],
    ],
    line.command,
  );

const button = (link: { readonly text: string; readonly url: string }, index: number) => ({
  type: 'button',
  text: plain(link.text),
  url: link.url,
  action_id: `open-${index}`,
});
