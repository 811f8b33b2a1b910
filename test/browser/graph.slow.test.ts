import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { RunReport } from '../../lib/report/run-report.ts';
import { aFleetReport } from '../report/fleet-report.ts';
import { needing } from '../support/needing.ts';
import { chromiumPath, launch } from './chromium.ts';
import { openReport } from './open-report.ts';

/** Where an element stands, in pixels. */
interface Box {
  readonly x: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const inBrowser = needing('Chromium', chromiumPath !== undefined);

inBrowser('the identity graph in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), 'irsa-graph-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (report: RunReport) => openReport(browser, folder, report);

  test.each(['cluster', 'namespace', 'service account', 'role', 'provider'])(
    'a chosen %s stays in view beside its text, however narrow the window',
    async kind => {
      const { page, wrong } = await open(aFleetReport(120));
      for (const width of [1360, 1000, 700]) {
        await page.setViewportSize({ width, height: 900 });
        await page.locator(`.node[aria-label^="${kind}"]`).nth(0).focus();
        await page.keyboard.press('Enter');
        const [frame, chosen, side] = await page.evaluate<readonly [Box, Box, Box]>(
          "['#graph-view', '.node.chosen rect', '#graph-side'].map(each => document.querySelector(each).getBoundingClientRect().toJSON())",
        );
        expect(chosen.x).toBeGreaterThanOrEqual(frame.x);
        expect(chosen.right).toBeLessThanOrEqual(frame.right);
        expect(chosen.top).toBeLessThan(frame.bottom);
        expect(side.left >= frame.right || side.top >= frame.bottom).toBe(true);
      }
      expect(wrong).toEqual([]);
      await page.close();
    },
  );

  test('a broken line says why, by its title, beside the chosen end, and in the list of a phone', async () => {
    const text = JSON.stringify(aFleetReport(120)).replaceAll('prod-b-checkout-api-0', 'Prod-B-Checkout-api-0');
    const { page, wrong } = await open(JSON.parse(text));
    const why = 'Role prod-a-kube-system-api-7 does not let service account kube-system/api-7';
    await page.locator('#graph-search').fill('prod-a-kube-system-api-7');
    expect(await page.locator('.edge.broken title').first().textContent()).toContain(`broken; ${why}`);
    await page.locator('.node[aria-label^="role prod-a-kube-system-api-7"]').focus();
    await page.keyboard.press('Enter');
    const line = page.locator('#graph-side li', { hasText: 'broken' });
    expect(await line.innerText()).toContain(why);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.locator('#graph-view').isVisible()).toBe(false);
    const items = page.locator('#graph-list li');
    expect(await items.first().innerText()).toMatch(/^prod-a · kube-system\/api-7 → prod-a-kube-system-api-7 broken/);
    await items.first().locator('a').click();
    await page.locator('.finding.target[open]').waitFor();
    await page.locator('#graph-trouble').uncheck();
    await page.locator('#graph-search').fill('checkout/api-0');
    expect(await items.count()).toBe(3);
    await page.locator('#graph-more').click();
    expect(await items.count()).toBe(6);
    for (const text of ['prod-b-checkout-api-0', 'PROD-B-CHECKOUT-API-0', ' Prod-B-Checkout-api-0 ']) {
      await page.locator('#graph-search').fill(text);
      expect(await items.allInnerTexts()).toEqual([expect.stringContaining('→ Prod-B-Checkout-api-0')]);
    }
    expect(wrong).toEqual([]);
    await page.close();
  });
});
