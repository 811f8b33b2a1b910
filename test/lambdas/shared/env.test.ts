import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { environment } from '../../../lambdas/shared/env.ts';

const required = {
  AWS_REGION: 'eu-west-1',
  IRSA_AUDITOR_TABLE: 'findings',
  IRSA_AUDITOR_BUCKET: 'documents',
  IRSA_AUDITOR_CONFIGURATION: 'configuration.json',
  LAMBDA_TASK_ROOT: '/var/task',
};
const optional = {
  IRSA_AUDITOR_TOPIC_ARN: ['topicArn', 'a'],
  IRSA_AUDITOR_CHAT_TOPIC_ARN: ['chatTopicArn', 'b'],
  IRSA_AUDITOR_DEAD_LETTERS_URL: ['deadLettersUrl', 'c'],
  IRSA_AUDITOR_STATE_MACHINE_ARN: ['stateMachineArn', 'd'],
  IRSA_AUDITOR_OPERATIONS_TOPIC_ARN: ['operationsTopicArn', 'e'],
  IRSA_AUDITOR_FAST_LANE_ARN: ['fastLaneArn', 'f'],
} as const;

const before = { ...process.env };
beforeEach(() => {
  for (const name of Object.keys(optional)) delete process.env[name];
  Object.assign(process.env, required);
});
afterEach(() => {
  process.env = { ...before };
});

const least = {
  ...{ region: 'eu-west-1', table: 'findings', bucket: 'documents' },
  configurationPath: '/var/task/configuration.json',
};

test('what every function has is enough', () => {
  expect(environment()).toEqual(least);
});

test.each(Object.entries(optional))('%s is read under its own name', (name, [field, value]) => {
  process.env[name] = value;
  expect(environment()).toEqual({ ...least, [field]: value });
});

test.each(Object.keys(required).flatMap(name => [[name, undefined] as const, [name, ''] as const]))(
  '%s that is %p is an error with its name',
  (name, value) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
    expect(environment).toThrow(
      expect.objectContaining({
        name: 'ConfigurationInvalid',
        message: `the environment variable ${name} is not set; Lambda or the stack sets it`,
      }),
    );
  },
);
