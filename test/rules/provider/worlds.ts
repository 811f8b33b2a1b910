/** Worlds that the tests of several rules on this subject share. */
import type { Provider } from '../../../lib/model/account.ts';
import { complete, type ReadFailure, unavailable } from '../../../lib/model/collected.ts';
import type { ChainTrust, HostFacts } from '../../../lib/model/issuer.ts';
import {
  aHost,
  anIssuer,
  aProvider,
  exampleIssuer,
  exampleRootThumbprint as root,
  someFacts,
} from '../../support/example-world.ts';

export const denied: ReadFailure = { kind: 'denied', operation: 'iam:Get', message: 'denied' };

export const host = 'oidc.eks.eu-west-1.amazonaws.com';

export const withAudiences =
  (...audiences: readonly string[]) =>
  () =>
    someFacts({ providers: complete([aProvider({ audiences })]) });

export const [leaf, middle, historic, other] = [
  '1'.repeat(40),
  '2'.repeat(40),
  '9e99a48a9960b14926bb7f3b02e22da2b0ab7280',
  'ab'.repeat(20),
] as const;

export const sees = (
  thumbprints: readonly string[],
  over: Partial<HostFacts> = {},
  more: Partial<Parameters<typeof someFacts>[0]> = {},
) =>
  someFacts({
    providers: complete([aProvider({ thumbprints })]),
    issuers: [anIssuer({ host: complete(aHost(over)) })],
    ...more,
  });

export const pins =
  (...thumbprints: readonly string[]) =>
  () =>
    sees(thumbprints);

export const untrusted: ChainTrust = { verdict: 'untrusted', why: 'the chain ends at CN=X' };

export const noDetail: Provider = aProvider({ detail: unavailable(denied) });

export const gone = exampleIssuer.replace('5C1D', '0000');

export const dead = (over: Partial<Parameters<typeof someFacts>[0]> = {}) =>
  someFacts({
    providers: complete([aProvider(), aProvider({ issuer: gone, thumbprints: [other, root], audiences: ['x'] })]),
    ...over,
  });

const event = {
  roleArn: 'arn:aws:iam::111122223333:role/x',
  region: 'eu-west-1',
  successes: 1,
  failures: [],
  userAgents: [],
  lastAt: '2026-10-31T00:00:00.000Z',
};

export const runtime = (providerArn: string, verificationMethods: readonly string[]) =>
  complete({ from: '', to: '', events: [{ ...event, providerArn, verificationMethods }] });
