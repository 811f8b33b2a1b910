/** The pace of the real services, on a clock that the test moves. */
import { describe, expect, test } from '@jest/globals';
import { realPace } from '../../../sandbox/door/real-pace.ts';

const call = (service: string, operation: string, input: Readonly<Record<string, unknown>> = {}) => ({
  ...{ service, operation, input, region: 'sa-east-1', accountId: '802233445566' },
});
const answer = (body: string) => ({ status: 200, headers: {}, body });

/** A clock that stands where the test puts it, and what was waited for on it. */
const aClock = (at: number) => {
  const held: number[] = [];
  const clock = { at, held, now: () => clock.at, hold: async (wait: number) => void held.push(wait) };
  return clock;
};

describe('the pace', () => {
  test('two LookupEvents a second, of each account and region', () => {
    const clock = aClock(0);
    const pace = realPace([], clock);
    const lookup = (more: object = {}) => pace.before({ ...call('cloudtrail', 'LookupEvents'), ...more });
    expect([lookup(), lookup()]).toEqual([undefined, undefined]);
    expect(lookup()).toMatchObject({ status: 400, body: expect.stringContaining('ThrottlingException') });
    expect(lookup({ region: 'eu-west-3' })).toBeUndefined();
    clock.at = 500;
    expect(lookup()).toBeUndefined();
    expect(lookup()).toBeDefined();
  });

  test('a report is in progress for five seconds', async () => {
    const clock = aClock(1_000_000);
    const pace = realPace([], clock);
    await pace.after(call('iam', 'GenerateServiceLastAccessedDetails'), answer('<JobId>job-1</JobId>'));
    const look = () => pace.before(call('iam', 'GetServiceLastAccessedDetails', { JobId: 'job-1' }));
    clock.at = 1_004_999;
    expect(look()?.body).toContain('<JobStatus>IN_PROGRESS</JobStatus>');
    clock.at = 1_005_000;
    expect(look()).toBeUndefined();
  });

  test('a key of the table or of an index takes a thousand write units a second', () => {
    const clock = aClock(0);
    const pace = realPace(['pk', 'state'], clock);
    const put = (pk: string, state: string) =>
      pace.before(
        call('dynamodb', 'PutItem', { Item: { pk: { S: pk }, state: { S: state }, text: { S: 'x'.repeat(300_000) } } }),
      );
    expect([put('a', 'open'), put('b', 'open'), put('c', 'open'), put('d', 'open')]).toEqual(Array(4).fill(undefined));
    expect(put('e', 'open')).toMatchObject({ body: expect.stringContaining('ThrottlingException') });
    expect(put('f', 'shut')).toBeUndefined();
    clock.at = 1_000;
    expect(put('g', 'open')).toBeUndefined();
  });

  test('an index and a list of roles tell late of what is new', async () => {
    const clock = aClock(Date.parse('2031-01-01T00:00:00Z'));
    const pace = realPace(['pk'], clock);
    const item = { pk: { S: 'a' }, sk: { S: 'b' } };
    await pace.after(call('dynamodb', 'PutItem', { Item: item }), answer('{}'));
    const query = (more: Readonly<Record<string, unknown>> = {}) =>
      pace.after(call('dynamodb', 'Query', more), answer(JSON.stringify({ Items: [item], Count: 1 })));
    const index = { IndexName: 'by' };
    expect(JSON.parse(String((await query(index)).body))).toEqual({ Items: [], Count: 0 });
    expect(JSON.parse(String((await query()).body)).Count).toBe(1);
    const roles = answer('<Roles><member><CreateDate>2031-01-01T00:00:00Z</CreateDate></member></Roles>');
    expect((await pace.after(call('iam', 'ListRoles'), roles)).body).toBe('<Roles></Roles>');
    clock.at = Date.parse('2031-01-01T00:00:11Z');
    expect(JSON.parse(String((await query(index)).body)).Count).toBe(1);
    expect((await pace.after(call('iam', 'ListRoles'), roles)).body).toBe(roles.body);
  });
});
