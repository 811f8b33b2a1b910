import { byId } from './dom.ts';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const storageKey = 'irsa-auditor-theme';

/** A page that was opened as a file may have no storage: it works without. */
const remembered = (): Theme => {
  try {
    const stored = localStorage.getItem(storageKey);
    return themes.find(theme => theme === stored) ?? 'auto';
  } catch {
    return 'auto';
  }
};

const remember = (theme: Theme): void => {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // The next page opens with the theme of the system.
  }
};

/** Sets up the button that changes between the theme of the system, light and dark. */
export const startTheme = (): void => {
  let current = remembered();
  const button = byId('theme');
  const apply = (): void => {
    if (current === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = current;
    button.textContent = `Theme: ${current}`;
  };
  button.addEventListener('click', () => {
    current = themes[(themes.indexOf(current) + 1) % themes.length] ?? 'auto';
    remember(current);
    apply();
  });
  apply();
};
