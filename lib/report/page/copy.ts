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
  copies(button, text, block);
  return make('div', { class: 'command' }, block, button);
};

/** Sets up the buttons that stand in the page: each copies the block before it. They are hidden where no script runs. */
export const startCopyButtons = (): void => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    const block = button.previousElementSibling;
    if (!(block instanceof HTMLElement)) continue;
    button.hidden = false;
    copies(button, block.textContent, block);
  }
};

const copies = (button: HTMLButtonElement, text: string, block: HTMLElement): void =>
  button.addEventListener('click', async () => {
    button.textContent = await copy(text, block);
    setTimeout(() => {
      button.textContent = 'Copy';
    }, shownFor);
  });

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
