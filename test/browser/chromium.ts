import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { machineClock } from '../support/machine-clock.ts';

/** Where Debian and others put it. */
const places = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];

/** The browser's path; undefined where there is none, see needing.ts. */
export const chromiumPath = places.find(place => existsSync(place));

/**
 * Starts it without any connection of its own, and by the machine's clock: the page reads no clock, and under libfaketime a browser
 * spins in its timers until each page runs out of time.
 */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    env: machineClock(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
