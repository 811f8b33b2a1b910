/** Chat messages as text, as their clients draw them: made of the very message that is sent. */
import type { KnownBlock, RichTextBlock, RichTextElement } from '@slack/types';
import type { ChatbotMessage } from '../chatbot-message.ts';
import type { slackMessage } from '../slack-message.ts';
import type { CardPart, SeenCard } from '../teams-message.ts';

const rule = '─'.repeat(60);
const button = (text: string): string => `[ ${text} ]`;

/** Emoji of the messages, as Slack draws them. */
const emojis: Readonly<Record<string, string>> = {
  red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_blue_circle: '🔵',
  white_circle: '⚪',
  white_check_mark: '✅',
  arrows_counterclockwise: '🔄',
};

/** A message of Slack in Block Kit. */
export const slackText = ({ blocks }: ReturnType<typeof slackMessage>): string => blocks.map(blockText).join('\n');

const blockText = (block: KnownBlock): string => {
  switch (block.type) {
    case 'header':
      return block.text.text;
    case 'divider':
      return rule;
    case 'rich_text':
      return block.elements.map(richText).join('\n');
    case 'actions':
      return block.elements
        .map(element => ('text' in element && element.text ? button(element.text.text) : ''))
        .join(' ');
    case 'context':
      return `${rule}\n${block.elements.map(element => ('text' in element ? element.text : '')).join('\n')}`;
    default:
      return `(${block.type})`;
  }
};

const richText = (element: RichTextBlock['elements'][number]): string => {
  const text = 'elements' in element ? element.elements.map(partText).join('') : '';
  return element.type === 'rich_text_preformatted' ? indented(text) : text;
};

const partText = (part: object): string => {
  const { type, ...rest } = part as RichTextElement & { readonly text?: string; readonly name?: string };
  return type === 'emoji' ? (emojis[rest.name ?? ''] ?? `:${rest.name}:`) : (rest.text ?? '');
};

const indented = (text: string): string =>
  text
    .split('\n')
    .map(line => `    ${line}`)
    .join('\n');

/** An Adaptive Card of Teams. */
export const cardText = ({ body, actions }: SeenCard): string =>
  [...body.map(cardPart), ...buttons(actions)].join('\n');

const cardPart = ({ type, inlines = [], items = [], actions = [] }: CardPart): string => {
  if (type === 'Container') return [rule, ...items.map(cardPart)].join('\n');
  if (type === 'ActionSet') return buttons(actions).join('\n');
  const text = inlines.map(inline => inline.text).join('');
  return inlines.length === 1 && inlines[0]?.fontType === 'monospace' ? indented(text) : text;
};

const buttons = (actions: readonly { readonly title: string }[]): readonly string[] =>
  actions.length === 0 ? [] : [actions.map(({ title }) => button(title)).join(' ')];

/** A custom notification of Amazon Q Developer in chat applications. */
export const chatbotText = ({ content }: ChatbotMessage): string => {
  const { title, description, nextSteps, keywords } = content;
  return [
    title,
    rule,
    description,
    ...(nextSteps.length === 0 ? [] : ['', 'Next steps', ...nextSteps.map(step => `• ${step}`)]),
    ...(keywords.length === 0 ? [] : ['', keywords.join(', ')]),
  ].join('\n');
};
