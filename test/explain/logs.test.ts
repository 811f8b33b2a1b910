import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../lib/explain/explain-message.ts';

/** A log as a program printed it, and the message that it is; without one it is not about a role for a service account. */
interface Log {
  readonly id?: string;
  readonly by: string;
  readonly text: string;
}

const logs = readFileSync(new URL('logs.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Log);

describe('a pasted log is understood', () => {
  const known = logs.filter(({ id }) => id !== undefined);
  test.each(known.map(({ id, by, text }) => [id, by, text] as const))('%s: %s', (id, _, text) =>
    expect(explainMessage(text).message?.id).toBe(id),
  );

  const others = logs.filter(({ id }) => id === undefined);
  test.each(others.map(({ by, text }) => [by, text] as const))('%s is not told as the trouble of a pod', (_, text) => {
    const { message, verdict } = explainMessage(text);
    expect(message === undefined || verdict === 'elsewhere').toBe(true);
  });

  test('there are many of both', () => {
    expect(known.length).toBeGreaterThan(400);
    expect(others.length).toBeGreaterThan(50);
  });
});
