import type { KnownBlock } from '@slack/types';

/** A message in Block Kit as lines of text, as a person reads it. */
export const slackText = (blocks: readonly KnownBlock[]): string => `${blocks.map(blockText).join('\n')}\n`;

const blockText = (block: KnownBlock): string => {
  if (block.type === 'divider') return '----';
  if (block.type === 'header') return block.text.text;
  if (block.type === 'context') return block.elements.map(part => ('text' in part ? part.text : '')).join('');
  if (block.type === 'actions')
    return block.elements.map(part => (part.type === 'button' ? `[${part.text.text}]` : '')).join(' ');
  if (block.type !== 'rich_text') throw new Error(`a block of type ${block.type} is not expected`);
  return block.elements
    .map(part => {
      const text = part.elements
        .map(element => (element.type === 'emoji' ? `:${element.name}:` : 'text' in element ? element.text : ''))
        .join('');
      return part.type === 'rich_text_preformatted' ? `\n    ${text}` : text;
    })
    .join('')
    .replace(/^\n/, '');
};
