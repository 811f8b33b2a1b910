import { expect, test } from '@jest/globals';
import { requestLimits, sdkClientOptions } from '../../lib/outbound/sdk-client-options.ts';

test('each client of AWS ends in bounded time, and tries again', () => {
  const { requestTimeout, connectionTimeout } = requestLimits;
  expect(sdkClientOptions({})).toMatchObject({
    retryMode: 'adaptive',
    maxAttempts: 4,
    requestHandler: { connectionTimeout, requestTimeout, socketTimeout: requestTimeout, throwOnRequestTimeout: true },
  });
});

test('what is given takes the place of it', () => {
  expect(sdkClientOptions({ requestTimeout: 50, maxAttempts: 1, region: 'eu-west-1' })).toMatchObject({
    maxAttempts: 1,
    region: 'eu-west-1',
    requestHandler: { requestTimeout: 50, socketTimeout: 50 },
  });
});
