import { expect, test } from '@jest/globals';
import type { AssumeEvent } from '../../../lib/collect/cloudtrail/assume-event.ts';
import { countEvents, mergeEvents } from '../../../lib/collect/cloudtrail/count-events.ts';
import { fc } from '../../support/properties.ts';

const instant = fc.constantFrom('2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z');
const failure = fc.record({
  errorCode: fc.constantFrom('AccessDenied', 'InvalidIdentityToken'),
  errorMessage: fc.constantFrom('a', 'b'),
});
const event: fc.Arbitrary<AssumeEvent> = fc.record(
  {
    eventId: fc.uuid(),
    roleArn: fc.constantFrom('arn:1', 'arn:2'),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
    at: instant,
    subject: fc.constantFrom('s', 't'),
    providerArn: fc.constant('arn:p'),
    failure,
    userAgent: fc.constantFrom('boto', 'java'),
    verificationMethod: fc.constant('Thumbprint'),
  },
  { requiredKeys: ['eventId', 'roleArn', 'region', 'at'] },
);

test('whatever order CloudTrail gives, the counts are the same, none is lost, and the last instant is the latest', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), events => {
      const counted = countEvents(events);
      const latest = (found: readonly { readonly at: string }[]) =>
        found
          .map(one => one.at)
          .sort()
          .at(-1);
      expect(countEvents(events.toReversed())).toEqual(counted);
      expect(
        counted.reduce((sum, one) => sum + one.successes + one.failures.reduce((all, { count }) => all + count, 0), 0),
      ).toBe(events.length);
      for (const one of counted) {
        const same = events.filter(
          each =>
            each.roleArn === one.roleArn &&
            each.region === one.region &&
            each.subject === one.subject &&
            each.providerArn === one.providerArn,
        );
        expect(one.lastAt).toBe(latest(same));
        for (const { errorCode, errorMessage, lastAt } of one.failures)
          expect(lastAt).toBe(
            latest(same.filter(({ failure: f }) => f?.errorCode === errorCode && f.errorMessage === errorMessage)),
          );
      }
    }),
  );
});

test('what was counted in two stretches of time adds up to what is counted at once', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 15 }), fc.array(event, { maxLength: 15 }), (earlier, later) => {
      expect(mergeEvents([countEvents(earlier), countEvents(later)])).toEqual(countEvents([...earlier, ...later]));
    }),
  );
});

test('of a caller who changes its name with each call twenty names are kept', () => {
  const calls = Array.from({ length: 50 }, (_, at) => ({
    eventId: `${at}`,
    roleArn: 'arn:1',
    region: 'eu-west-1',
    at: '2026-11-01T00:00:00.000Z',
    userAgent: `agent-${at}`,
    verificationMethod: `method-${at}`,
  }));
  const [one] = countEvents(calls);
  expect([one?.userAgents.length, one?.verificationMethods.length, one?.successes]).toEqual([20, 20, 50]);
});
