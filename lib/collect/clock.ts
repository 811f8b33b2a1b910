import { setTimeout as after } from 'node:timers/promises';

/** Time as the collectors see it: handed in, so that tests neither wait nor depend on the hour. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now(), sleep: milliseconds => after(milliseconds) };
