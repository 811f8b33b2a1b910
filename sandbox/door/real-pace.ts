/**
 * The pace of the real services, for a deployment that is timed: how long an answer takes, how many calls a second are taken, and how
 * late a list or an index tells of what was written, on the world's clock. Sources: the
 * CloudTrail User Guide, "Quotas" (LookupEvents: two a second); DynamoDB Developer Guide, "Best practices for designing and using
 * partition keys" (1,000 write units a partition) and "Global secondary indexes" (eventual consistency); IAM User Guide, "Changes that I
 * make are not always immediately visible". The milliseconds of IAM are measured, not documented (docs/facts.md).
 */
import { type Answer, errorAnswer, queryAnswer } from './answers.ts';
import type { WorldClock } from './clock/world-clock.ts';
import { type Json, record } from './stack.ts';

/** A request, as far as its pace depends on it. */
interface Paced {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly accountId: string;
  readonly input: Json;
}

/** Before a request goes on: the refusal of one that came too early. After it: the answer as it is then, late as it is. */
export interface Pace {
  readonly before: (asked: Paced) => Answer | undefined;
  readonly after: (asked: Paced, answer: Answer) => Promise<Answer>;
}

const millisecondsAnItem = 8;
const lookupsASecond = 2;
const reportTakes = 5_000;
const indexLag = 1_000;
const listLag = 10_000;
const writeUnits = 1_000;

/** Takes from what a key may do in a second; false where it has nothing left. One request may overdraw it. */
const bucket = (perSecond: number, { now: clock }: Pick<WorldClock, 'now'>) => {
  const left = new Map<string, { tokens: number; at: number }>();
  return (key: string, wanted: number): boolean => {
    const now = clock();
    const { tokens, at } = left.get(key) ?? { tokens: perSecond, at: now };
    const have = Math.min(perSecond, tokens + ((now - at) / 1000) * perSecond);
    if (have <= 0 || (perSecond < 10 && have < wanted)) {
      left.set(key, { tokens: have, at: now });
      return false;
    }
    left.set(key, { tokens: have - wanted, at: now });
    return true;
  };
};

const list = (value: unknown): readonly Json[] => [value ?? []].flat().map(each => record(each, 'an entry'));
const textOf = (item: Json, key: string): string | undefined => {
  const value = item[key];
  return value === undefined ? undefined : String(record(value, key).S);
};

/** The items that a request writes, keys alone where it changes one. */
const writtenBy = ({ operation, input }: Paced): readonly Json[] => {
  if (operation === 'UpdateItem') return [record(input.Key, operation)];
  if (operation === 'PutItem') return [record(input.Item, operation)];
  if (operation !== 'BatchWriteItem') return [];
  return Object.values(record(input.RequestItems, operation))
    .flatMap(list)
    .map(({ PutRequest, DeleteRequest }) =>
      record(
        PutRequest === undefined ? record(DeleteRequest, operation).Key : record(PutRequest, operation).Item,
        'an item',
      ),
    );
};

/** The pace of a deployment; `indexKeys` are the attributes that are partition keys of its table and indexes. */
export const realPace = (indexKeys: readonly string[], clock: Pick<WorldClock, 'now' | 'hold'>): Pace => {
  const lookups = bucket(lookupsASecond, clock);
  const writes = bucket(writeUnits, clock);
  const reports = new Map<string, number>();
  const writtenAt = new Map<string, number>();
  const keyOf = (item: Json): string => `${textOf(item, 'pk')} ${textOf(item, 'sk')}`;
  const overWritten = (asked: Paced): boolean =>
    writtenBy(asked).some(item => {
      const units = Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 1024);
      return indexKeys.some(key => {
        const value = textOf(item, key);
        return value !== undefined && !writes(`${key} ${value}`, units);
      });
    });
  return {
    before: asked => {
      const { service, operation, region, accountId, input } = asked;
      if (operation === 'LookupEvents' && !lookups(`${accountId} ${region}`, 1))
        return errorAnswer({ service }, 'ThrottlingException', 'Rate exceeded', 400);
      if (operation === 'GetServiceLastAccessedDetails') {
        const begun = reports.get(String(input.JobId)) ?? 0;
        if (clock.now() < begun + reportTakes)
          return queryAnswer(
            operation,
            `<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>${new Date(begun).toISOString()}</JobCreationDate><ServicesLastAccessed/><IsTruncated>false</IsTruncated>`,
          );
      }
      if (service === 'dynamodb' && overWritten(asked)) {
        const words = 'Throughput exceeds the current capacity of your table or index.';
        return errorAnswer({ service }, 'ThrottlingException', words, 400);
      }
      return undefined;
    },
    after: async (asked, answer) => {
      const { service, operation, input } = asked;
      const body = answer.body.toString();
      if (operation === 'GetAccountAuthorizationDetails')
        await clock.hold((body.match(/<RoleId>/g) ?? []).length * millisecondsAnItem);
      if (operation === 'GenerateServiceLastAccessedDetails') {
        const [, job = ''] = /<JobId>([^<]+)/.exec(body) ?? [];
        reports.set(job, clock.now());
      }
      if (operation === 'ListRoles') return { ...answer, body: withoutNew(body, clock.now()) };
      if (service === 'dynamodb' && answer.status < 400)
        for (const item of writtenBy(asked)) writtenAt.set(keyOf(item), clock.now());
      if (operation !== 'Query' || input.IndexName === undefined || answer.status >= 400) return answer;
      const found = record(JSON.parse(body), 'an answer');
      if (found.Items === undefined) return answer;
      const items = list(found.Items).filter(item => (writtenAt.get(keyOf(item)) ?? 0) + indexLag <= clock.now());
      return { ...answer, body: JSON.stringify({ ...found, Items: items, Count: items.length }) };
    },
  };
};

/** A list of roles without those of the last seconds. */
const withoutNew = (body: string, now: number): string =>
  body.replace(/<member>(?:(?!<member>)[\s\S])*?<\/member>/g, role => {
    const [, made = ''] = /<CreateDate>([^<]+)/.exec(role) ?? [];
    return Date.parse(made) + listLag > now ? '' : role;
  });
