/** `npm run screenshots`: pictures from a run of the sandbox: the terminal, and the report on a desk and on a phone, light
 *  and dark. Needs Chromium. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { escapeHtml } from '../lib/report/html/markup.ts';
import { renderOverview } from '../lib/report/overview/overview.ts';
import { pageOfRun } from '../sandbox/page-of-run.ts';
import { runDocument } from '../sandbox/run-document.ts';
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { firstAudit, issuerServers, regions } from '../sandbox/world/scenarios/first-audit.ts';
import { launch } from '../test/browser/chromium.ts';

const colours: Readonly<Record<string, string>> = {
  '1;97;41': 'color:#fff;background:#b3123a;font-weight:700',
  '1;31': 'color:#ff6b6b;font-weight:700',
  '1;33': 'color:#ffd166;font-weight:700',
  '36': 'color:#66d9ef',
  '2': 'color:#8b98a9',
  '1;32': 'color:#7ee2a8;font-weight:700',
  '1': 'font-weight:700',
  '32': 'color:#9be7a8',
};

const escapeLines = (text: string): string => text.split('\n').map(escapeHtml).join('\n');

/** Terminal text as a page that looks like a terminal. */
const terminalPage = (text: string): string => {
  const spans = text.split('\u001b[').map((part, index) => {
    if (index === 0) return escapeLines(part);
    const end = part.indexOf('m');
    const rest = escapeLines(part.slice(end + 1));
    const style = colours[part.slice(0, end)];
    return style === undefined ? `</span>${rest}` : `<span style="${style}">${rest}`;
  });
  const body = spans.join('');
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#0d1117;padding:22px"><pre style="margin:0;white-space:pre-wrap;word-break:break-all;color:#e6edf3;font:14px/1.45 'DejaVu Sans Mono',monospace">${body}</pre>`;
};

/** How the report is shown: so wide, and so much of it. Heights in pixels. */
const views = [
  { width: 1280, height: 1500, colorScheme: 'light' },
  { width: 1280, height: 1500, colorScheme: 'dark' },
  { width: 390, height: 2600, colorScheme: 'light' },
  { width: 390, height: 2600, colorScheme: 'dark' },
] as const;

/** Opens a page in the browser. */
const opened = async (
  browser: Browser,
  folder: string,
  html: string,
  options: { readonly width: number; readonly height: number; readonly colorScheme?: 'light' | 'dark' },
): Promise<Page> => {
  const path = join(folder, 'page.html');
  await writeFile(path, html);
  const { width, height, colorScheme = 'light' } = options;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, deviceScaleFactor: 1 });
  await page.goto(String(pathToFileURL(path)));
  return page;
};

const command = 'irsa-auditor scan --all-regions --cloud-trail';

/** One run of the sandbox: its page, and what a terminal shows of it. */
const audited = async (): Promise<{ readonly html: string; readonly text: string }> => {
  const sandbox = await startSandbox({ issuers: issuerServers(), world: firstAudit, regions });
  try {
    const report = runDocument(await sandbox.run('run-1'));
    return {
      html: await pageOfRun(sandbox.services, 'run-1'),
      text: renderOverview({ ...report, transitions: [], factChanges: [] }, { colour: true, width: 80 }),
    };
  } finally {
    await sandbox.stop();
  }
};

const { html, text } = await audited();
const browser = await launch();
const folder = await mkdtemp(join(tmpdir(), 'irsa-pictures-'));
try {
  await mkdir('docs/images', { recursive: true });
  const outputs: string[] = [];
  for (const view of views) {
    const page = await opened(browser, folder, html, view);
    await page.waitForSelector('html[data-ready]');
    const path = `docs/images/report-${view.width}-${view.colorScheme}.png`;
    await page.screenshot({ path });
    outputs.push(path);
  }
  const terminal = await opened(browser, folder, terminalPage(`$ ${command}\n\n${text}`), { width: 740, height: 100 });
  await terminal.screenshot({ path: 'docs/images/terminal.png', fullPage: true });
  process.stdout.write(`${[...outputs, 'docs/images/terminal.png'].join('\n')}\n`);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
