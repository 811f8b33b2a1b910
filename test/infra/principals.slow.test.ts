import { beforeAll, describe, expect, test } from '@jest/globals';
import { iamOf, type Request } from '../support/iam-evaluator.ts';
import {
  alarmRequests,
  type Iam,
  makers,
  ruleRequests,
  scheduleRequests,
  senderRequests,
  shown,
} from '../support/stack-requests.ts';
import { auditorStack, everything, templateOf } from '../support/synthesized.ts';

/** Whatever must work while nobody looks: alarms, rules, schedules, dead letters, topics. */
const stacks: Record<string, Iam> = {};
beforeAll(() => {
  stacks.plain = iamOf(templateOf(auditorStack({ operations: 'none' })).Resources);
  stacks.keyed = iamOf(templateOf(auditorStack({ ...everything, customerKey: true })).Resources);
  stacks.full = iamOf(templateOf(auditorStack(everything)).Resources);
});

describe.each(['plain', 'keyed', 'full'])('in the stack (%s)', kind => {
  const iam = (): Iam => stacks[kind] ?? iamOf({});

  test.each(makers)('%s may do what it must', (_, requestsOf, least) => {
    const requests = requestsOf(iam());
    expect(requests.length).toBeGreaterThanOrEqual(least);
    expect(requests.filter(request => !iam().isAllowed(request)).map(shown)).toEqual([]);
  });

  test('every queue and every topic has somebody who writes to it', () => {
    const written = new Set(makers.flatMap(([, requestsOf]) => requestsOf(iam()).map(({ resource }) => resource)));
    const targets = [...iam().ofType('AWS::SQS::Queue'), ...iam().ofType('AWS::SNS::Topic')].map(([id]) =>
      iam().arn(id),
    );
    expect(targets.length).toBeGreaterThan(3);
    expect(targets.filter(target => !written.has(target))).toEqual([]);
  });

  test('nobody writes without TLS, and nobody from elsewhere', () => {
    const publishes = alarmRequests(iam()).filter(({ action }) => action === 'sns:Publish');
    const others: readonly Request[] = publishes.flatMap(request => [
      { ...request, context: { ...request.context, 'aws:SecureTransport': 'false' } },
      { ...request, context: { ...request.context, 'aws:SourceAccount': '999999999999' } },
      { ...request, principal: { service: 's3.amazonaws.com' } },
    ]);
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(iam().isAllowed).map(shown)).toEqual([]);
    const insecure = [...senderRequests(iam()), ...ruleRequests(iam()), ...scheduleRequests(iam())]
      .filter(({ action }) => action === 'sns:Publish' || action === 'sqs:SendMessage')
      .map(request => ({ ...request, context: { ...request.context, 'aws:SecureTransport': 'false' } }));
    expect(insecure.length).toBeGreaterThan(2);
    expect(insecure.filter(iam().isAllowed).map(shown)).toEqual([]);
  });
});
