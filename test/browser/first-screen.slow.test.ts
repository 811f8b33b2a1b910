import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { renderHtml } from '../../lib/report/html/html.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { aFleetReport } from '../report/fleet-report.ts';
import { aReport } from '../report/sample-report.ts';
import { needing } from '../support/needing.ts';
import { violations } from './axe.ts';
import { chromiumPath, launch } from './chromium.ts';

/** A desk and a phone, in pixels. */
const screens = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const;
/** Clusters of a small company, a middle one and a large one. In each a sixtieth of the service accounts is at fault. */
const sizes = [1, 11, 44] as const;
const cases = screens.flatMap(screen => sizes.map(clusters => [clusters, screen.width, screen.height] as const));

const topOf = async (page: Page, selector: string): Promise<number> =>
  (await page.locator(selector).first().boundingBox())?.y ?? Number.POSITIVE_INFINITY;

const inBrowser = needing('Chromium', chromiumPath !== undefined);

inBrowser('the first screen of the report', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), 'irsa-first-screen-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (report: RunReport, width: number, height: number, javaScriptEnabled = true): Promise<Page> => {
    const path = join(folder, 'report.html');
    await writeFile(path, renderHtml(report));
    const page = await browser.newPage({ viewport: { width, height }, javaScriptEnabled });
    await page.goto(String(pathToFileURL(path)));
    if (javaScriptEnabled) await page.waitForSelector('html[data-ready]');
    return page;
  };

  test.each(cases)(
    'of %i clusters, at %i × %i, names three root causes, each with its fix',
    async (clusters, ...size) => {
      const [width, height] = size;
      const page = await open(aFleetReport(clusters * 10, clusters), width, height);
      expect(await topOf(page, '.first-cause')).toBeLessThanOrEqual(400);
      const causes = page.locator('.first-cause');
      expect(await causes.count()).toBe(3);
      expect(await topOf(page, '.first-cause:nth-child(3) h3')).toBeLessThan(height);
      for (const cause of await causes.all()) {
        expect(await cause.locator('h3 a').innerText()).toMatch(/: \S/);
        expect(await cause.locator('.in').innerText()).toMatch(/prod-|shop/);
        expect(await cause.innerText()).toMatch(/Affects (service account|role|cluster) /);
        const fix = cause.locator('.command code');
        expect((await fix.boundingBox())?.height).toBeLessThan(30);
        expect(await fix.innerText()).toMatch(/^irsa-auditor fix \S/);
        expect(await cause.getByRole('button', { name: /^Copy the fix/ }).isVisible()).toBe(true);
      }
      expect(await page.locator('h1').count()).toBe(1);
      expect(await page.locator('.tiles').count()).toBe(1);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await violations(page)).toEqual([]);
      await page.close();
    },
  );

  test('one root cause of 44 clusters is one line everywhere, and its findings are behind it', async () => {
    const page = await open(aFleetReport(440, 44), 1280, 800);
    const cause = page.locator('.first-cause', { hasText: 'kube-system/api-7 → <cluster>-kube-system-api-7' });
    expect(await cause.locator('.in').innerText()).toBe('prod-17, prod-18, prod-19 and 41 more places');
    const words = (await cause.locator('.command code').innerText()).split(' ');
    expect(words.slice(0, 2).join(' ')).toBe('irsa-auditor fix');
    expect(words.slice(2, -4).filter(word => word.startsWith('prod'))).toHaveLength(44);
    expect(words).toHaveLength(2 + 44 + 4);
    expect(words.slice(-4).join(' ')).toMatch(/^--region [a-z]+-[a-z]+-\d --account \d{12}$/);
    expect(await page.locator('.heat tbody tr').count()).toBe(2);
    expect(await page.locator('#finding-list > *').count()).toBe(3);
    await cause.locator('h3 a').click();
    await page.locator('.repeat[open] .finding.target[open]').waitFor();
    expect(await page.locator('.repeat .finding').count()).toBe(44);
    await page.close();
  });

  test('the fix is copied whole, though one line of it is shown', async () => {
    const page = await open(aFleetReport(440, 44), 1280, 800);
    await page.evaluate('navigator.clipboard.writeText = async text => { document.title = text }');
    const cause = page.locator('.first-cause').nth(1);
    await cause.getByRole('button').click();
    await cause.getByRole('button', { name: /^Copy/ }).locator('text=Copied').waitFor();
    expect(await page.title()).toBe(await cause.locator('code').textContent());
    await page.close();
  });

  test('where the clipboard is refused, the fix is selected, and the button says so', async () => {
    const page = await open(aFleetReport(440, 44), 1280, 800);
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))");
    const cause = page.locator('.first-cause').nth(1);
    await cause.getByRole('button').click();
    await cause.getByRole('button').locator('text=Selected').waitFor();
    expect(await page.evaluate<string>('getSelection().toString().trim()')).toBe(
      (await cause.locator('code').textContent())?.trim(),
    );
    expect(await page.locator('#live').textContent()).toBe('Selected: press the copy key');
    await page.close();
  });

  test('counts stand once, and all that was not read is told before the first root cause', async () => {
    const page = await open(aFleetReport(300), 1280, 800);
    const text = await page.locator('#overview').innerText();
    expect(text.match(/\b14\b/g)).toHaveLength(1);
    expect(await page.locator('.bar').innerText()).not.toMatch(/\d/);
    expect(await page.locator('.alarm').innerText()).toBe('1 thing could not be read: there may be more findings.');
    expect(await topOf(page, '.alarm')).toBeLessThan(await topOf(page, '.first-cause'));
    await page.close();
  });

  test('coverage is one quiet line where everything was read, and there is no empty card', async () => {
    const page = await open(aReport(), 1280, 800);
    expect(await page.locator('h1').innerText()).toBe('All clear.');
    expect(await page.locator('section:visible').count()).toBe(2);
    const quiet = page.locator('#coverage.quiet');
    expect(await quiet.innerText()).toContain('Everything that was asked for was read.');
    expect((await quiet.boundingBox())?.height).toBeLessThan(60);
    expect(await page.locator('.tile').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('without scripts it names the same, and shows no button that does nothing', async () => {
    const page = await open(aFleetReport(110, 11), 1280, 800, false);
    expect(await page.locator('.first-cause').count()).toBe(3);
    expect(await page.locator('.first-cause button:visible').count()).toBe(0);
    await page.close();
  });
});
