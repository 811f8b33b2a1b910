import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { renderHtml } from '../../lib/report/html/html.ts';
import type { RunReport } from '../../lib/report/run-report.ts';

/** A report in a browser, with all that goes wrong in it. */
interface OpenReport {
  readonly page: Page;
  /** Errors, warnings and dialogs. */
  readonly wrong: readonly string[];
  readonly requests: readonly string[];
  readonly html: string;
  /** Milliseconds until it could be used. */
  readonly ready: number;
}

/** Opens a report as a file of the folder. `hash` begins with `#`. */
export const openReport = async (
  browser: Browser,
  folder: string,
  report: RunReport,
  { hash = '', ...options }: { readonly hash?: string; readonly colorScheme?: 'dark' | 'light' } = {},
): Promise<OpenReport> => {
  const html = renderHtml(report);
  const path = join(folder, 'report.html');
  await writeFile(path, html);
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, ...options });
  const wrong: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', error => wrong.push(error.message));
  page.on('console', message => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
  page.on('dialog', dialog => wrong.push(`dialog: ${dialog.message()}`));
  page.on('request', request => requests.push(request.url()));
  const began = Date.now();
  await page.goto(`${pathToFileURL(path)}${hash}`);
  await page.waitForSelector('html[data-ready]');
  return { page, wrong, requests, html, ready: Date.now() - began };
};
