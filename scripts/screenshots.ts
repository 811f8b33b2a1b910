/** `node scripts/screenshots.ts [run.json]`: the pictures of the README from a run's report; without one, from the made-up
 *  fleet that the tests of the report use. Wants Chromium. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { escapeHtml } from '../lib/core/report/html/markup.ts';
import { renderHtml } from '../lib/core/report/html.ts';
import type { RunReport } from '../lib/core/report/run-report.ts';
import { renderText } from '../lib/core/report/text.ts';
import { launch } from '../test/browser/chromium.ts';
import { aFleetReport } from '../test/core/report/fleet-report.ts';

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

/** Terminal text as a page that looks like a terminal. */
const terminalPage = (text: string): string => {
  const spans = text.split('\u001b[').map((part, index) => {
    if (index === 0) return escapeHtml(part);
    const end = part.indexOf('m');
    const rest = part
      .slice(end + 1)
      .split('\n')
      .map(escapeHtml)
      .join('\n');
    const style = colours[part.slice(0, end)];
    return style === undefined ? `</span>${rest}` : `<span style="${style}">${rest}`;
  });
  const body = spans.join('').replaceAll('\\n', '\n');
  return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#0d1117;padding:22px"><pre style="margin:0;color:#e6edf3;font:14px/1.45 'DejaVu Sans Mono',monospace">${body}</pre>`;
};

const shoot = async (page: Page, folder: string, html: string, output: string, ready?: string): Promise<void> => {
  const path = join(folder, 'page.html');
  await writeFile(path, html);
  await page.goto(String(pathToFileURL(path)));
  if (ready !== undefined) await page.waitForSelector(ready);
  await page.screenshot({ path: output });
};

const [input] = process.argv.slice(2);
const report: RunReport = input === undefined ? aFleetReport(300) : JSON.parse(readFileSync(input, 'utf8'));
const browser = await launch();
const folder = await mkdtemp(join(tmpdir(), 'irsa-pictures-'));
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1 });
  await shoot(page, folder, renderHtml(report), 'docs/images/report.png', 'html[data-ready]');
  const text = renderText({ ...report, findings: report.findings.slice(0, 3) }, { colour: true, width: 120 });
  await shoot(page, folder, terminalPage(`$ irsa-auditor scan\n${text}`), 'docs/images/terminal.png');
  process.stdout.write('docs/images/report.png, docs/images/terminal.png\n');
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
