import { join } from 'node:path';
import { environmentNames } from '../../lib/audit/contract.ts';
import { given, namedError } from '../../lib/text.ts';

/** The environment that the infrastructure sets for a function. */
export interface Environment {
  readonly region: string;
  readonly table: string;
  readonly bucket: string;
  /** Path of the configuration beside the bundle. */
  readonly configurationPath: string;
  /** Only for notify-drift. */
  readonly topicArn?: string;
  readonly chatTopicArn?: string;
  readonly deadLettersUrl?: string;
  readonly stateMachineArn?: string;
  readonly operationsTopicArn?: string;
  /** The fast lane's state machine, for note-changes and notify-drift. */
  readonly fastLaneArn?: string;
}

/** A variable that the infrastructure should have set. */
const EnvironmentInvalid = namedError('ConfigurationInvalid', 'environment-invalid');

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new EnvironmentInvalid(`the environment variable ${name} is not set; Lambda or the stack sets it`);
  return value;
};

/** Reads the environment: the only file that does. Throws `ConfigurationInvalid` with the missing name. */
export const environment = (): Environment => {
  const topicArn = process.env[environmentNames.topic];
  const chatTopicArn = process.env[environmentNames.chatTopic];
  const deadLettersUrl = process.env[environmentNames.deadLetters];
  const stateMachineArn = process.env[environmentNames.stateMachine];
  const fastLaneArn = process.env[environmentNames.fastLane];
  const operationsTopicArn = process.env[environmentNames.operationsTopic];
  return {
    region: required('AWS_REGION'),
    table: required(environmentNames.table),
    bucket: required(environmentNames.bucket),
    configurationPath: join(required('LAMBDA_TASK_ROOT'), required(environmentNames.configuration)),
    ...given({ topicArn, chatTopicArn, deadLettersUrl, stateMachineArn, operationsTopicArn, fastLaneArn }),
  };
};
