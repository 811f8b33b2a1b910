import { expect, test } from '@jest/globals';
import { parseSecret } from '../../lib/notify/secrets.ts';

const url = 'https://hooks.example/T0/s3cr3t';
const signingKey = '0123456789abcdef';

test.each([
  ['a URL', url, { url }],
  ['a URL as a file ends it', ` ${url}\n`, { url }],
  ['JSON', JSON.stringify({ url }), { url }],
  [
    'JSON with a key, as an editor writes it',
    `\n${JSON.stringify({ url, signingKey }, undefined, 2)}\n`,
    { url, signingKey },
  ],
])('a secret is %s', (_, text, secret) => {
  expect(parseSecret('webhook', text)).toEqual(secret);
});

test.each([
  ['without a URL', JSON.stringify({ signingKey })],
  ['with an empty URL', JSON.stringify({ url: '', signingKey })],
  ['with a key that is too short', JSON.stringify({ url, signingKey: signingKey.slice(1) })],
  ['that is cut off', JSON.stringify({ url, signingKey }).slice(0, -1)],
])('JSON %s is refused and not shown', (_, text) => {
  expect(() => parseSecret('webhook', text)).toThrow(
    expect.objectContaining({
      name: 'DeliveryFailed',
      message: 'the secret of webhook is neither a URL nor {"url": "…", "signingKey": "…"}',
    }),
  );
});
