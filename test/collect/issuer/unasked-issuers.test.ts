import { expect, test } from '@jest/globals';
import { unaskedIssuers } from '../../../lib/collect/issuer/unasked-issuers.ts';

test('an issuer that nobody asks for has a choice for each of its facts, and no failure', async () => {
  const reason = {
    status: 'unavailable',
    reason: { kind: 'not-asked-for', operation: 'probe of issuers', message: 'a report has none' },
  };
  const urls = ['https://a.example.com', 'https://b.example.com'];
  expect(await unaskedIssuers('a report has none').read(urls)).toEqual(
    Object.fromEntries(
      urls.map(url => [url, { url, host: reason, discovery: reason, keys: reason, fromPrivateNetwork: false }]),
    ),
  );
});
