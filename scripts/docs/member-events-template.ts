import { stringify } from 'yaml';
import { watchedEvents } from '../../lib/audit/contract.ts';
import { homeRegion, partitions } from '../../lib/model.ts';

/** Where IAM is told of in each partition: the region of its control plane (docs/facts.md §G, §I). */
const iamRegions = ['us-east-1', ...Object.keys(partitions).flatMap(name => homeRegion(name) ?? [])];

const [iam, eks] = watchedEvents;

/** A rule on the default bus that hands what was done, and not what was refused, to the auditor's bus. */
const rule = (watched: (typeof watchedEvents)[number], description: string, more: object) => ({
  Type: 'AWS::Events::Rule',
  ...more,
  Properties: {
    Description: description,
    EventPattern: {
      source: [watched.source],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventSource: [watched.eventSource], eventName: [...watched.names], errorCode: [{ exists: false }] },
    },
    Targets: [{ Id: 'auditor', Arn: { Ref: 'BusArn' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }],
  },
});

/** The role of the rules: it may put events on that one bus. */
const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    Description: 'Hands changes of IAM and EKS to irsa-auditor',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
    Policies: [
      {
        PolicyName: 'put',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: { Ref: 'BusArn' } }],
        },
      },
    ],
  },
};

/**
 * The rules by which an account tells the fast lane, as plain CloudFormation for StackSets: `docs/member-events.yaml`
 * is this text. It goes to every audited region, and to the one in which IAM is told of; the rule for IAM is made there
 * alone.
 */
export const memberEventsTemplate = (): string =>
  stringify(
    {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'Tells irsa-auditor of changes to IAM and EKS. Generated from lib/audit/contract.ts.',
      Parameters: {
        BusArn: {
          Type: 'String',
          AllowedPattern: '^arn:[^:]+:events:[^:]+:\\d{12}:event-bus/[^/]+$',
          Description: 'Output FastLaneBusArn of the stack of irsa-auditor',
        },
        WatchEks: {
          Type: 'String',
          AllowedValues: ['true', 'false'],
          Default: 'true',
          Description: 'Whether the clusters of this region are audited',
        },
      },
      Conditions: {
        TellsOfIam: { 'Fn::Or': iamRegions.map(region => ({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, region] })) },
        TellsOfEks: { 'Fn::Equals': [{ Ref: 'WatchEks' }, 'true'] },
      },
      Resources: {
        Role: role,
        Iam: rule(iam, 'Roles and OIDC providers that changed', { Condition: 'TellsOfIam' }),
        Eks: rule(eks, 'Clusters, access, add-ons and Pod Identity that changed', { Condition: 'TellsOfEks' }),
      },
    },
    { lineWidth: 120, aliasDuplicateObjects: false },
  );
