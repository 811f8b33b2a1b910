import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type PageServer, type ServedView, startPageServer } from '../../lib/cli/serve/page-server.ts';
import { renderHtml } from '../../lib/report/html/html.ts';
import { aFleetReport } from '../report/fleet-report.ts';
import { needing } from '../support/needing.ts';
import { violations } from './axe.ts';
import { chromiumPath, launch } from './chromium.ts';

const shownOf = (run: string, text: string): ServedView => ({
  page: { run, html: renderHtml({ ...aFleetReport(60), runId: run }) },
  text,
  isTrouble: false,
});

const inBrowser = needing('Chromium', chromiumPath !== undefined);

inBrowser('a served report in Chromium', () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;
  let wrong: string[];
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    server = await startPageServer(shownOf('run-1', 'The first run.'));
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    wrong = [];
    page.on('pageerror', error => wrong.push(error.message));
    page.on('console', message => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
  });
  afterEach(async () => {
    await page.close();
    await server.close();
  });

  const report = () => page.frameLocator('#report');
  const open = async (hash = '') => {
    await page.goto(`${server.address}${hash}`);
    await report().locator('html[data-ready]').waitFor({ state: 'attached' });
  };

  test('is the report, and becomes that of the next run by itself, with the filters that were set', async () => {
    await open();
    expect(await page.title()).toMatch(/^IRSA audit: \d+ findings/);
    const critical = await report().locator('.tile.critical b').innerText();
    await report().locator('.tile.critical').click();
    await report()
      .locator('#count', { hasText: new RegExp(`^${critical} of `) })
      .waitFor();
    const count = await report().locator('#count').innerText();
    expect(await report().locator('footer').innerText()).toContain('run-1');
    server.show(shownOf('run-2', 'The second run.'));
    await report().locator('footer', { hasText: 'run-2' }).waitFor();
    await report().locator('html[data-ready]').waitFor({ state: 'attached' });
    expect(await report().locator('#count').innerText()).toBe(count);
    expect(await page.locator('#state').innerText()).toBe('The second run.');
    expect(wrong).toEqual([]);
  });

  test('runs no script that somebody put into the page, whatever the page says of itself', async () => {
    const { page: made } = shownOf('run-1', '');
    const planted = (made?.html ?? '')
      .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
      .replace('</body>', '<script>document.documentElement.dataset.planted = "yes"</script></body>');
    expect(planted).toContain('dataset.planted');
    server.show({ page: { run: 'run-2', html: planted }, text: 'From a bucket.', isTrouble: false });
    await open();
    await report().locator('footer').waitFor();
    expect(await report().locator('html[data-planted]').count()).toBe(0);
    expect(wrong.join(' ')).toContain('Content Security Policy');
  });

  test('opens the finding that its address names', async () => {
    await open(`#finding=${'c'.repeat(32)}`);
    await report().locator('.finding.target[open]').waitFor();
    expect(wrong).toEqual([]);
  });

  test('shows nothing before the first run, and then its report', async () => {
    server.show({ text: 'No run has a page yet.', isTrouble: false });
    await page.goto(server.address);
    await page.locator('#state', { hasText: 'No run has a page yet.' }).waitFor();
    expect(await page.locator('#report').isVisible()).toBe(false);
    server.show(shownOf('run-1', 'The first run.'));
    await report().locator('html[data-ready]').waitFor({ state: 'attached' });
    expect(wrong).toEqual([]);
  });

  test('says that it may be old when a run failed, and when the server is gone', async () => {
    await open();
    server.show({ ...shownOf('run-1', 'The run failed.'), isTrouble: true });
    const said = async (hasText: string): Promise<string | null> => {
      const trouble = page.locator('#state.trouble', { hasText });
      await trouble.waitFor();
      return trouble.textContent();
    };
    expect(await said('The run failed.')).toContain('The run failed.');
    await server.close();
    const lost = 'The connection is lost: this page may be old.';
    expect(await said(lost)).toContain(lost);
  });

  test.each([1280, 390])('has no violation of accessibility and scrolls nowhere twice, at %i px', async width => {
    await page.setViewportSize({ width, height: 844 });
    await open();
    expect(await violations(page)).toEqual([]);
    const { height, width: wide } = await page.evaluate<{ readonly height: number; readonly width: number }>(
      '({ height: document.documentElement.scrollHeight, width: document.documentElement.scrollWidth })',
    );
    expect([height, wide]).toEqual([844, width]);
  });

  test('can be read and embedded by no page of another origin, which has its address', async () => {
    const other = createServer((_, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(`<title>other</title><iframe id="stolen" src="${server.address}"></iframe>`),
    ).listen(0, '127.0.0.1');
    try {
      await once(other, 'listening');
      const address = other.address();
      await page.goto(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`);
      const read = await page.evaluate(
        `fetch(${JSON.stringify(server.address)}, { mode: 'no-cors' }).then(() => 'read', () => 'refused')`,
      );
      expect(read).toBe('refused');
      expect(await page.frameLocator('#stolen').locator('#state').count()).toBe(0);
    } finally {
      other.closeAllConnections();
      other.close();
    }
  });
});
