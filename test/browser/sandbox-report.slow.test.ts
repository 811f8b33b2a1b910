import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { RunResult } from '../../lib/audit/run-result.ts';
import { pageOfRun } from '../../sandbox/page-of-run.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { firstAudit, issuerServers, regions } from '../../sandbox/world/scenarios/first-audit.ts';
import { needing } from '../support/needing.ts';
import { violations } from './axe.ts';
import { chromiumPath, launch } from './chromium.ts';

const inBrowser = needing('Chromium', chromiumPath !== undefined);

inBrowser('the page that a run of the sandbox stored', () => {
  let browser: Browser;
  let folder: string;
  let result: RunResult;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'irsa-sandbox-report-'));
    const sandbox = await startSandbox({ issuers: issuerServers(), world: firstAudit, regions });
    try {
      result = (await sandbox.run('run-1')).result;
      await writeFile(join(folder, 'report.html'), await pageOfRun(sandbox.services, 'run-1'));
    } finally {
      await sandbox.stop();
    }
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(['light', 'dark'] as const)('opens, filters and draws, without an error (%s)', async colorScheme => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
    const wrong: string[] = [];
    page.on('pageerror', error => wrong.push(error.message));
    page.on('console', message => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
    await page.goto(String(pathToFileURL(join(folder, 'report.html'))));
    await page.waitForSelector('html[data-ready]');
    const findings = result.evaluations.flatMap(evaluation => evaluation.findings);
    expect(result.completed.report).toBe('runs/run-1/report.html');
    expect(await page.title()).toContain(`${findings.length} findings`);
    expect(await page.locator('.heat tbody tr').count()).toBe(10);
    expect(await page.locator('.healthy').innerText()).toContain('Every step passed in depot.');
    expect(await page.locator('#graph-svg .node').count()).toBeGreaterThan(20);
    const shown = () => page.locator('#finding-list .finding').count();
    expect(await page.locator('#graph .way > li').allInnerTexts()).toEqual([
      expect.stringMatching(/^group developers\s+cluster factory$/),
      expect.stringMatching(/^runs commands in pods\s+RoleBinding release\/developers → ClusterRole debug-pods$/),
      'a pod of Deployment release/deployer',
      expect.stringMatching(/^assumes the role with its token\s+pod release\/deployer-0, volume aws-iam-token/),
      expect.stringMatching(/^role factory-release\s+administrator$/i),
    ]);
    await page.locator('#graph .way a').click();
    await page.locator('.finding.target[open]', { hasText: 'reach-administrator' }).waitFor();
    await page.fill('#search', 'trust-any-subject');
    expect(await shown()).toBe(findings.filter(({ ruleId }) => ruleId === 'trust-any-subject').length);
    await page.fill('#search', 'payments');
    expect(await page.locator('#finding-list').innerText()).toContain('cluster-provider-missing');
    expect(await shown()).toBeLessThan(findings.length);
    const picture = await page.screenshot({ fullPage: true });
    expect(picture.byteLength).toBeGreaterThan(50_000);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test.each([1280, 390])(
    'tells what each role may do, at %s pixels: the role first, its account in one line',
    async width => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(String(pathToFileURL(join(folder, 'report.html'))));
      await page.waitForSelector('html[data-ready]');
      await page.locator('#levels summary').click();
      const cells = page.locator('#levels tbody tr', { hasText: 'media-encoder' }).locator('td');
      expect(await cells.allInnerTexts()).toEqual([
        'media-encoder',
        '111122223333',
        expect.stringMatching(/^can become administrator$/i),
        'can become an administrator (iam-005: iam:PutRolePolicy)',
      ]);
      const boxes = await Promise.all([0, 1, 3].map(at => cells.nth(at).boundingBox()));
      const [role, account, by] = boxes.map(box => box ?? { x: 0, y: 0, width: 0, height: 0 });
      expect(role?.x).toBeLessThan(account?.x ?? 0);
      expect(by?.width).toBeGreaterThan(100);
      const section = await page.locator('#levels').boundingBox();
      expect((role?.x ?? 0) - (section?.x ?? 0)).toBeGreaterThan(8);
      // One line and its padding; two have more than 50 pixels.
      const short = await page.locator('#levels tbody tr', { hasText: 'old-batch' }).locator('td').nth(1).boundingBox();
      expect(short?.height).toBeLessThan(42);
      await page.close();
    },
  );

  test('has a finding behind every number of the health map, and as many as the number', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(String(pathToFileURL(join(folder, 'report.html'))));
    await page.waitForSelector('html[data-ready]');
    const cells = page.locator('.heat td:not(.cause) a');
    expect(await cells.count()).toBeGreaterThan(10);
    for (const cell of await cells.all()) {
      const number = await cell.innerText();
      await cell.click();
      await page.locator('#count', { hasText: new RegExp(`^${number} of `) }).waitFor();
      expect(await page.locator('#finding-list .finding').count()).toBe(Number(number));
    }
    await page.close();
  });

  test('tells who can assume what, finds the patterns that cover a service account, and hands it out as CSV', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(String(pathToFileURL(join(folder, 'report.html'))));
    await page.waitForSelector('html[data-ready]');
    const rows = () => page.locator('#access-rows tr').allInnerTexts();
    const all = await rows();
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(row => /refund/.test(row))).toEqual([]);
    await page.fill('#access-search', 'checkout/cart');
    expect((await rows()).map(row => row.split('\t').slice(0, 3).join(' '))).toEqual([
      'shop every service account shop-everyone',
      'shop checkout/cart shop-cart',
      'shop checkout/carts shop-ghost-account',
    ]);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#access-csv')]);
    expect(download.suggestedFilename()).toBe('who-can-assume-what.csv');
    const csv = await readFile(await download.path(), 'utf8');
    expect(
      csv
        .split('\r\n')
        .slice(1, -1)
        .map(line => line.split(',').slice(0, 3).join()),
    ).toEqual(['shop,,', 'shop,checkout,cart', 'shop,checkout,carts']);
    await page.close();
  });

  test('fits on a phone in one column of at most 6,000 pixels, with no violation that axe finds', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(String(pathToFileURL(join(folder, 'report.html'))));
    await page.waitForSelector('html[data-ready]');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(6_000);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('prints on at most 8 pages', async () => {
    const page = await browser.newPage();
    await page.goto(String(pathToFileURL(join(folder, 'report.html'))));
    await page.waitForSelector('html[data-ready]');
    await page.setViewportSize({ width: 720, height: 1000 });
    // The page follows a new width in its next frame; a print follows none.
    await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(720);
    const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.length).toBeLessThanOrEqual(8);
    await page.close();
  });
});
