import { announce, make } from './dom.ts';

const shownFor = 1500;

/** A block of text with a button that copies it. */
export const copyable = (text: string): HTMLElement => {
  const block = make('pre', {}, make('code', {}, text));
  const button = make(
    'button',
    { type: 'button', class: 'button', 'aria-label': `Copy: ${text.slice(0, 80)}` },
    'Copy',
  );
  button.addEventListener('click', async () => {
    button.textContent = await copy(text, block);
    setTimeout(() => {
      button.textContent = 'Copy';
    }, shownFor);
  });
  return make('div', { class: 'command' }, block, button);
};

/** Copies text; where the clipboard is refused, selects it so that a key press copies it. Says which it was. */
const copy = async (text: string, block: HTMLElement): Promise<string> => {
  try {
    await navigator.clipboard.writeText(text);
    announce('Copied');
    return 'Copied';
  } catch {
    getSelection()?.selectAllChildren(block);
    announce('Selected: press the copy key');
    return 'Selected';
  }
};
