/** Part 1 of the page's script: elements without markup, the theme, what happens before printing. It is text, not a
 *  function, because it runs in the reader's browser and must survive bundlers; a test parses and runs it. Names that
 *  were read get into the page as text nodes only. */
export const pageScript = `'use strict';
const data = JSON.parse(document.getElementById('run-data').textContent);
const severities = ['critical', 'high', 'medium', 'low', 'info'];
const byId = id => document.getElementById(id);

/** An element with attributes and children; a string child is text, never markup. */
const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter(child => child !== undefined && child !== ''));
  return element;
};

const svgNamespace = 'http://www.w3.org/2000/svg';
const makeSvg = (tag, attributes, ...children) => {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const say = text => { byId('live').textContent = text; };

/** Copies text; where the clipboard is refused, selects it so that a key press copies it. */
const copy = async (text, source, button) => {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
    say('Copied');
  } catch {
    getSelection().selectAllChildren(source);
    button.textContent = 'Selected';
    say('Selected: press the copy key');
  }
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
};

const themes = ['auto', 'light', 'dark'];
const remembered = () => { try { return localStorage.getItem('irsa-auditor-theme') || 'auto'; } catch { return 'auto'; } };
const applyTheme = theme => {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  byId('theme').textContent = 'Theme: ' + theme;
  try { localStorage.setItem('irsa-auditor-theme', theme); } catch { /* a file without storage still works */ }
};
byId('theme').addEventListener('click', () => {
  applyTheme(themes[(themes.indexOf(remembered()) + 1) % themes.length]);
});
applyTheme(themes.includes(remembered()) ? remembered() : 'auto');
`;
