import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { RunReport } from '../../lib/report/run-report.ts';
import { aFleetReport } from '../report/fleet-report.ts';
import { aFullReport, aHostileReport } from '../report/sample-report.ts';
import { needing } from '../support/needing.ts';
import { violations } from './axe.ts';
import { chromiumPath, launch } from './chromium.ts';
import { openReport } from './open-report.ts';

/** Runs in the page: the text with the least contrast to its ground, by the formula of WCAG 2. */
const worstContrast = `(() => {
  const parts = colour => (colour.match(/[0-9.]+/g) || []).map(Number);
  const bright = colour => {
    const [red, green, blue] = parts(colour).map(value => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = element => {
    for (let one = element; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if ((parts(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('p, h1, h2, h3, a, button, .badge, .chip, td, th, label, .where, code')]
    .filter(element => element.textContent !== '' && element.offsetParent !== null)
    .map(element => {
      const [light, dark] = [bright(getComputedStyle(element).color), bright(groundOf(element))].sort((a, b) => b - a);
      return { ratio: (light + 0.05) / (dark + 0.05), what: element.outerHTML.slice(0, 80) };
    })
    .sort((a, b) => a.ratio - b.ratio)[0];
})()`;

const inBrowser = needing('Chromium', chromiumPath !== undefined);

inBrowser('the HTML report in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), 'irsa-report-'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (report: RunReport, hash = '', options: { readonly colorScheme?: 'dark' | 'light' } = {}) =>
    openReport(browser, folder, report, { hash, ...options });

  /** Findings in the list: those that stand as one line are opened before they are counted. */
  const shown = async (page: Page) => {
    for (const line of await page.locator('#finding-list .repeat').all()) {
      if ((await line.getAttribute('open')) === null) await line.locator('> summary').click();
      await line.locator('.finding').first().waitFor();
    }
    return page.locator('#finding-list .finding').count();
  };

  test('opens without an error, asks nothing of the network, and shows findings, gaps and graph', async () => {
    const { page, wrong, requests } = await open(aFleetReport(300));
    expect(await page.title()).toMatch(/^IRSA audit: \d+ findings/);
    expect(await page.locator('#coverage').innerText()).toContain('eks:ListClusters denied');
    expect(await page.locator('#finding-list > *').count()).toBe(4);
    expect(await shown(page)).toBe(14);
    expect(await page.locator('#graph-svg .node').count()).toBeGreaterThan(30);
    expect(await page.locator('.heat tbody th').allInnerTexts()).toEqual([
      expect.stringMatching(/^prod-c eu-west-1/),
      'prod-a and 4 more',
    ]);
    expect(requests).toHaveLength(1);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('filters by severity, impact and text, says so, and puts it into the address', async () => {
    const { page, wrong } = await open(aFleetReport(300));
    // A link changes the address; the page hears of that later.
    await page.locator('.tile.critical').click();
    await page.locator('#count', { hasText: '1 of 14' }).waitFor();
    expect(await shown(page)).toBeGreaterThan(0);
    expect(page.url()).toContain('severity=critical');
    await page.locator('#clear').click();
    await page.locator('#search').fill('kube-system api-7');
    expect(await page.locator('#count').innerText()).toContain('6 of 14');
    await page.locator('#cluster').selectOption('prod-b');
    expect(await page.locator('#count').innerText()).toContain('1 of 14');
    await page.locator('#search').fill('no such thing');
    expect(await page.locator('#none').isVisible()).toBe(true);
    await page.locator('#clear').click();
    await page.locator('.heat tbody tr', { hasText: 'prod-a and 4 more' }).locator('td a').click();
    await page.locator('#count', { hasText: '10 of 14 findings at the step ' }).waitFor();
    expect(page.url()).toMatch(/#cluster=prod-a\+and\+4\+more&step=/);
    await page.locator('#cluster').selectOption('prod-a');
    expect(await page.locator('#count').innerText()).toContain('2 of 14');
    await page.locator('#group').selectOption('namespace');
    expect(await page.locator('.group').allInnerTexts()).toEqual([
      expect.stringMatching(/^prod-a \/ /),
      expect.stringMatching(/^prod-a \/ /),
    ]);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('a deep link opens its finding, with the fix to copy, whatever the filters', async () => {
    const { page, wrong } = await open(aFleetReport(300), `#finding=${'c'.repeat(32)}`);
    const target = page.locator('.finding.target');
    expect(await target.getAttribute('open')).not.toBeNull();
    await target.locator('.body').waitFor();
    expect(await target.locator('.command').count()).toBe(3);
    expect(await target.innerText()).toContain('aws iam update-assume-role-policy');
    await page.locator('.tile.medium').click();
    await page.evaluate(`location.hash = '#finding=${'c'.repeat(32)}'`);
    await page.locator('.finding.target[open]').waitFor();
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('works by keyboard alone', async () => {
    const { page, wrong } = await open(aFleetReport(300));
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the findings');
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
    await page.locator('.finding summary').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.finding[open] .body').waitFor();
    expect(await page.locator('.finding[open] .body').count()).toBe(1);
    await page.locator('#graph-svg .node').first().focus();
    await page.keyboard.press('ArrowRight');
    // The graph opens with trouble only: the one namespace that has any.
    expect(await page.locator('#graph-side h3').innerText()).toBe('kube-system');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('.node.chosen').getAttribute('aria-label')).toMatch(/^service account /);
    await page.keyboard.press('Escape');
    expect(await page.locator('.node.chosen').count()).toBe(0);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('shows hostile names and runs none of them', async () => {
    const { page, wrong, html } = await open(aHostileReport());
    await page.locator('.finding summary').first().click();
    await page.locator('.finding .body').first().waitFor();
    const text = await page.locator('body').innerText();
    expect(text).toContain('<script>alert(1)</script>');
    expect(text).toContain('\\u{202e}');
    expect(`${html}${text}`).not.toMatch(/[\p{Cf}\p{Zl}]|\p{Cc}(?<![\n\t\r])/u);
    expect(await page.locator('script').count()).toBe(2);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('its own policy lets no other script run, nor fetch', async () => {
    const { page } = await open(aFullReport());
    const outcome = await page.evaluate(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      document.body.append(script);
      const fetched = await fetch('https://example.com/').then(() => 'fetched', () => 'refused');
      return { title: document.title, fetched };
    })()`);
    expect(outcome).toEqual({ title: expect.stringMatching(/^IRSA audit/), fetched: 'refused' });
    await page.close();
  });

  test('3,000 service accounts: under 5 MB, can be used soon, and the graph filters', async () => {
    const { page, wrong, html, ready } = await open(aFleetReport(3000));
    process.stdout.write(
      `report of 3,000 service accounts: ${(html.length / 1e6).toFixed(2)} MB, ${ready} ms until ready\n`,
    );
    expect(Buffer.byteLength(html)).toBeLessThan(5_000_000);
    expect(ready).toBeLessThan(30_000);
    expect(await page.locator('#graph-trouble').isChecked()).toBe(true);
    await page.locator('#graph-trouble').uncheck();
    expect(await page.locator('#graph-count').innerText()).toMatch(/^6109 of 6109/);
    expect(await page.locator('#graph-svg .node').count()).toBeLessThan(400);
    await page.evaluate("document.getElementById('graph-view').scrollTop = 40_000");
    await page.locator('#graph-svg .node').nth(30).waitFor();
    await page.locator('#graph-search').fill('prod-d-ingest-api-3');
    expect(await page.locator('#graph-svg .node').count()).toBeLessThan(40);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('the same run gives the same picture', async () => {
    const picture = async () => {
      const { page } = await open(aFleetReport(120));
      const svg = await page.locator('#graph-svg').innerHTML();
      await page.close();
      return svg;
    };
    expect(await picture()).toBe(await picture());
  });

  test('text stands out from its ground, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(aFleetReport(60), '', { colorScheme });
      const worst = await page.evaluate<{ readonly ratio: number; readonly what: string }>(worstContrast);
      expect(worst.ratio < 4.5 ? worst : 'enough').toBe('enough');
      await page.close();
    }
  });

  test('the button changes from the theme of the system to light and dark and back, and the next page remembers', async () => {
    const { page, wrong } = await open(aFleetReport(60), '', { colorScheme: 'dark' });
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const seen = async () => [
      await page.locator('#theme').innerText(),
      await page.evaluate<string | undefined>('document.documentElement.dataset.theme'),
      await ground(),
    ];
    const dark = await ground();
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    expect(dark).not.toBe(light);
    const [auto, lighted, darkened] = [
      ['Theme: auto', undefined, light],
      ['Theme: light', 'light', light],
      ['Theme: dark', 'dark', dark],
    ];
    const shownThen: unknown[] = [await seen()];
    for (let press = 0; press < 4; press += 1) {
      await page.locator('#theme').click();
      shownThen.push(await seen());
    }
    expect(shownThen).toEqual([auto, lighted, darkened, auto, lighted]);
    await page.locator('#theme').click();
    await page.reload();
    await page.waitForSelector('html[data-ready]');
    expect(await seen()).toEqual(darkened);
    await page.evaluate("localStorage.setItem('irsa-auditor-theme', 'pink')");
    await page.reload();
    await page.waitForSelector('html[data-ready]');
    expect(await seen()).toEqual(auto);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('prints every finding with its fix in one line, and no tools', async () => {
    const { page, wrong } = await open(aFleetReport(60));
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('.paper-fix:visible').count()).toBe(await shown(page));
    expect(await page.locator('.bar').isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('a rule of the page opens from its finding', async () => {
    const { page, wrong } = await open(aFleetReport(60));
    await page.locator('#finding-list .finding summary').first().click();
    await page.locator('.finding .body a[href^="#rule-"]').first().click();
    await page.locator('#rule-webhook-missing[open] .body').waitFor();
    expect(await page.locator('#rule-webhook-missing').textContent()).toContain('How to fix it');
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('a finding tells how long it was there at the time of the run, where that is known', async () => {
    const [first, second] = aFullReport().findings;
    const firstSeen = { [first?.id ?? '']: '2026-10-13T06:00:00.000Z', [second?.id ?? '']: '2026-11-01T06:00:00.000Z' };
    const { page, wrong } = await open(aFullReport({ firstSeen }));
    const lines = await page.locator('#finding-list .where').allInnerTexts();
    expect(lines.map(line => /open for .*/.exec(line)?.[0])).toEqual([
      'open for 19 days',
      'open for less than a day',
      ...lines.slice(2).map(() => undefined),
    ]);
    await page.locator('#finding-list summary').first().click();
    expect(await page.locator('#finding-list .body').innerText()).toContain('2026-10-13T06:00:00.000Z');
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('a waived finding is listed where waived ones are asked for, and opened by its link', async () => {
    const { page, wrong } = await open(aFullReport());
    expect(await shown(page)).toBe(6);
    await page.locator('#waived').check();
    expect(await shown(page)).toBe(7);
    await page.locator('#clear').click();
    await page.evaluate("location.hash = '#finding=00000000000000a5'");
    await page.locator('.finding.target[open]').waitFor();
    expect(wrong).toEqual([]);
    await page.close();
  });

  test.each([
    ['on a desk, light', 1280, 'light'],
    ['on a desk, dark', 1280, 'dark'],
    ['on a phone, light', 390, 'light'],
    ['on a phone, dark', 390, 'dark'],
  ] as const)('axe finds no violation %s, also in what is opened', async (_, width, colorScheme) => {
    const { page } = await open(aFleetReport(60), '', { colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.locator('#finding-list .finding summary').first().click();
    await page.locator('#rules summary').first().click();
    await page.locator('#finding-list .finding .body').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test.each(['dark', 'light'] as const)(
    'fits on a phone, %s: nothing but tables and the graph scrolls sideways',
    async colorScheme => {
      const { page } = await open(aFleetReport(60), '', { colorScheme });
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.evaluate('document.querySelector(".bar").offsetHeight')).toBeLessThan(120);
      await page.close();
    },
  );
});
