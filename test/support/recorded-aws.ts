/**
 * Answers of AWS that nobody here made up: flight recordings of Cloud Custodian's tests (Apache-2.0), as botocore parsed them; names of
 * people and addresses are replaced.
 */
import { readFileSync } from 'node:fs';

/** The value of an answer. */
export type Json = { readonly [key: string]: unknown };
/** An answer of an operation, `eks.DescribeCluster`. */
export interface RecordedAnswer {
  readonly operation: string;
  readonly status: number;
  readonly data: Json;
}

/** A value as the SDK gives it: dates are dates. */
const parsed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(parsed);
  if (typeof value !== 'object' || value === null) return value;
  const { __class__: kind, year, month, day, hour, minute, second } = value as Record<string, number | string>;
  if (kind === 'datetime')
    return new Date(
      Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
    );
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, parsed(inner)]));
};

/** All that are kept with the tests. */
export const recordedAnswers: readonly RecordedAnswer[] = readFileSync('test/fixtures/aws-answers.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => {
    const { operation, status, data } = JSON.parse(line) as RecordedAnswer;
    return { operation, status, data: parsed(data) as Json };
  });
/** The answers of one operation. */
export const recordedAnswersOf = (operation: string, status = 200): readonly Json[] =>
  recordedAnswers.filter(answer => answer.operation === operation && answer.status === status).map(({ data }) => data);

/** A client that gives this answer, whatever it is asked; an error of AWS where the answer is one. */
export const answering = <C>(data: Json): C =>
  ({
    send: async () => {
      const { Error: fault } = data as { readonly Error?: { readonly Code: string; readonly Message: string } };
      if (fault !== undefined) throw Object.assign(new Error(fault.Message), { name: fault.Code });
      return { $metadata: {}, ...data };
    },
  }) as unknown as C;
