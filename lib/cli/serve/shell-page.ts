import { createHash } from 'node:crypto';

/** Runs in the browser: loads the report into the frame when there is one, again when a run has ended, and says what the
 *  server says of it. The frame keeps its own address, and with it the filters that a reader has set. */
const script = `
const frame = document.getElementById('report');
const state = document.getElementById('state');
let shown;
const say = (text, isTrouble) => {
  state.textContent = text;
  state.className = isTrouble ? 'trouble' : '';
};
frame.addEventListener('load', () => {
  document.title = frame.contentDocument?.title || document.title;
});
const events = new EventSource('events');
events.addEventListener('message', ({ data }) => {
  const { run, text, isTrouble } = JSON.parse(data);
  say(text, isTrouble);
  if (run === undefined || run === shown) return;
  if (shown === undefined) {
    frame.src = 'report' + location.hash;
    frame.hidden = false;
  } else frame.contentWindow.location.reload();
  shown = run;
  document.documentElement.dataset.run = run;
});
events.addEventListener('error', () => say('The connection is lost: this page may be old.', true));
`;

const style = `
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font: 0.875rem/1.4 system-ui, sans-serif; color-scheme: light dark; }
#report { flex: 1; border: 0; width: 100%; }
#state { margin: 0; padding: 0.25rem 1rem; background: Canvas; color: CanvasText; border-top: 1px solid GrayText; }
#state.trouble { background: #b3261e; color: #fff; font-weight: 600; }
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page around the report may do: its own script and style, and asking the server that it came from. */
export const shellPolicy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The page around a served report: the report in a frame, as it is, and one line on the run that it is of. */
export const shellPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>IRSA audit</title><style>${style}</style></head>
<body><iframe id="report" title="Report of the last run" hidden></iframe>
<p id="state" role="status">Connecting …</p><script>${script}</script></body></html>
`;
