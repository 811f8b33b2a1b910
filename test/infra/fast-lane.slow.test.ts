import { beforeAll, describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { parse } from 'yaml';
import { fastStepNames, gatherSeconds, watchedEvents } from '../../lib/audit/contract.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { memberEventsTemplate } from '../../scripts/docs/member-events-template.ts';
import { auditorStack, everything, everythingFast, holds } from '../support/synthesized.ts';

const { organizationId } = everythingFast.fastLane;
let off: Template;
let on: Template;
let alone: Template;
beforeAll(() => {
  off = Template.fromStack(auditorStack(everything));
  on = Template.fromStack(auditorStack(everythingFast));
  alone = Template.fromStack(auditorStack({ fastLane: { enabled: true } }));
});

const names = (template: Template, type: string, property: string): readonly string[] =>
  Object.values(template.findResources(type)).map(each => String(each.Properties[property]));
const statementsOf = (step: string): readonly { readonly Action: unknown; readonly Resource: unknown }[] => {
  const role = Object.entries(on.findResources('AWS::IAM::Role')).find(
    ([, each]) => each.Properties.RoleName === `irsa-auditor-${step}`,
  )?.[0];
  return Object.values(on.findResources('AWS::IAM::Policy'))
    .filter(each => JSON.stringify(each.Properties.Roles).includes(`"${role}"`))
    .flatMap(each => each.Properties.PolicyDocument.Statement);
};

describe('off, as it is without a word of it', () => {
  test('there is no resource of it, and notes that an earlier deployment left expire', () => {
    for (const type of ['AWS::Events::EventBus', 'AWS::Events::EventBusPolicy', 'AWS::Lambda::EventSourceMapping'])
      holds(() => off.resourceCountIs(type, 0));
    const words = JSON.stringify(off.toJSON()).match(/"[^"]*(fast|FastLane|note-changes|overlay-issuers)[^"]*"/g);
    expect(words).toEqual(['"fast-lane"', '"fast-lane/"']);
  });
});

describe('on', () => {
  test('accounts of the organization, and nobody else, may send to the bus', () => {
    holds(() =>
      on.hasResourceProperties('AWS::Events::EventBusPolicy', {
        Statement: {
          Effect: 'Allow',
          Principal: '*',
          Action: 'events:PutEvents',
          Condition: { StringEquals: { 'aws:PrincipalOrgID': organizationId } },
        },
      }),
    );
    holds(() => alone.resourceCountIs('AWS::Events::EventBusPolicy', 0));
  });

  test('without an organization the accounts of a list are refused in a sentence', () => {
    const configuration = { accounts: { from: 'organization' }, fastLane: { enabled: true } };
    expect(() => parseConfiguration(JSON.stringify(configuration), 'file')).toThrow(
      /fastLane.organizationId: got nothing, wanted the id of the organization/,
    );
  });

  test('what is watched goes to a queue with dead letters, both encrypted and over TLS alone', () => {
    holds(() =>
      on.hasResourceProperties('AWS::Events::Rule', {
        EventBusName: Match.anyValue(),
        EventPattern: {
          source: watchedEvents.map(({ source }) => source),
          'detail-type': ['AWS API Call via CloudTrail'],
          detail: { eventName: watchedEvents.flatMap(each => [...each.names]) },
        },
        Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
      }),
    );
    for (const QueueName of ['irsa-auditor-fast-lane', 'irsa-auditor-fast-lane-dead-letters'])
      holds(() => on.hasResourceProperties('AWS::SQS::Queue', { QueueName, SqsManagedSseEnabled: true }));
    holds(() =>
      on.hasResourceProperties('AWS::SQS::Queue', {
        QueueName: 'irsa-auditor-fast-lane',
        MessageRetentionPeriod: 86_400,
        RedrivePolicy: { maxReceiveCount: 5 },
      }),
    );
  });

  test('one function gathers for at most two minutes with its slot, at most twice at once, and the queue hides long enough', () => {
    holds(() =>
      on.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        MaximumBatchingWindowInSeconds: gatherSeconds,
        BatchSize: 10_000,
        ScalingConfig: { MaximumConcurrency: 2 },
      }),
    );
    const [queue] = Object.values(
      on.findResources('AWS::SQS::Queue', { Properties: { QueueName: 'irsa-auditor-fast-lane' } }),
    );
    const [lambda] = Object.values(
      on.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'irsa-auditor-note-changes' } }),
    );
    const needed = 6 * Number(lambda?.Properties.Timeout) + gatherSeconds;
    expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(needed);
  });

  test('it has a state machine of its own: the alarm on missing runs looks at the other one', () => {
    expect(names(on, 'AWS::StepFunctions::StateMachine', 'StateMachineName').toSorted()).toEqual([
      'irsa-auditor',
      'irsa-auditor-fast-lane',
      'irsa-auditor-weekly-summary',
    ]);
    const idOf = (name: string) =>
      Object.entries(on.findResources('AWS::StepFunctions::StateMachine')).find(
        ([, each]) => each.Properties.StateMachineName === name,
      )?.[0];
    const alarms = Object.values(on.findResources('AWS::CloudWatch::Alarm')).map(each => each.Properties);
    const watching = (id: string | undefined) =>
      alarms.filter(alarm => JSON.stringify(alarm).includes(`"${id}"`)).map(alarm => alarm.AlarmName);
    expect(watching(idOf('irsa-auditor-fast-lane'))).toEqual(['irsa-auditor-fast-run-failed']);
    expect(watching(idOf('irsa-auditor'))).not.toContain('irsa-auditor-fast-run-failed');
    const rule = on.findResources('AWS::Events::Rule', { Properties: { Name: 'irsa-auditor-failed-runs' } });
    expect(JSON.stringify(rule)).not.toContain(`"${idOf('irsa-auditor-fast-lane')}"`);
  });

  test('its dead letters and its failed runs ring for who reads the alarms', () => {
    for (const AlarmName of ['irsa-auditor-fast-run-failed', 'irsa-auditor-change-not-noted'])
      holds(() => on.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName, AlarmActions: [Match.anyValue()] }));
  });

  test('its functions may do what they do: take events, write notes, start that one machine', () => {
    expect(
      names(on, 'AWS::Lambda::Function', 'FunctionName').filter(name =>
        fastStepNames.some(step => name.endsWith(step)),
      ),
    ).toEqual(fastStepNames.map(step => `irsa-auditor-${step}`));
    const start = statementsOf('note-changes').filter(({ Action }) => Action === 'states:StartExecution');
    expect(JSON.stringify(start)).toMatch(/:stateMachine:irsa-auditor-fast-lane"/);
    const text = JSON.stringify(fastStepNames.map(statementsOf));
    expect(text).not.toMatch(/sns:|iam:|eks:|sts:|dynamodb:(?!Query)/);
    expect(text).toContain('/fast-lane/notes/*');
  });

  test('the definition waits for the end of its slot, and the state machine may call its functions', () => {
    const machine = Object.values(on.findResources('AWS::StepFunctions::StateMachine')).find(
      each => each.Properties.StateMachineName === 'irsa-auditor-fast-lane',
    );
    const definition = JSON.stringify(machine?.Properties.DefinitionString);
    expect(definition).toContain('\\"TimestampPath\\":\\"$.until\\"');
    expect(definition).not.toMatch(/CompleteRun|ListTargets|IndexIssuers/);
  });
});

describe('what a member account deploys', () => {
  const template = parse(memberEventsTemplate());

  test('rules for exactly the calls that are watched, and only for those that did something', () => {
    const patterns = [template.Resources.Iam, template.Resources.Eks].map(each => each.Properties.EventPattern);
    expect(patterns.map(({ source, detail }) => ({ source: source[0], ...detail }))).toEqual(
      watchedEvents.map(({ source, eventSource, names: eventName }) => ({
        source,
        eventSource: [eventSource],
        eventName: [...eventName],
        errorCode: [{ exists: false }],
      })),
    );
  });

  test('the rule for IAM is made where IAM is told of, and nowhere else', () => {
    expect(template.Resources.Iam.Condition).toBe('TellsOfIam');
    expect(JSON.stringify(template.Conditions.TellsOfIam)).toMatch(/us-east-1.*cn-north-1.*us-gov-west-1/);
  });

  test('one role that may put events on that bus and do nothing else', () => {
    expect(template.Resources.Role.Properties.Policies[0].PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: { Ref: 'BusArn' } },
    ]);
    for (const each of ['Iam', 'Eks'])
      expect(template.Resources[each].Properties.Targets).toEqual([
        { Id: 'auditor', Arn: { Ref: 'BusArn' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      ]);
  });
});
