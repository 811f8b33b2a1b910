/** The policies of a deployed stack, by the ARN of what they belong to. */
import { type Json, ofType, record, type Stack } from './stack.ts';

/** A policy document. */
export interface Document {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Json[];
}

/** Policies by whose they are. */
export interface Policies {
  /** Of roles, by their ARN: each document with its name. */
  readonly identity: ReadonlyMap<string, readonly { readonly name: string; readonly policy: Document }[]>;
  /** Of resources, by their ARN; trust policies of roles among them. */
  readonly resource: ReadonlyMap<string, Document>;
  /** Permissions boundaries of roles that have one, by the role's ARN. */
  readonly boundary?: ReadonlyMap<string, Document>;
}

/** A document of a template. Throws where it has no statements. */
const documentOf = (value: unknown): Document => {
  const { Statement } = record(value, 'a policy');
  const statements = [Statement].flat().map(each => record(each, 'a statement'));
  if (statements.length === 0) throw new Error('a policy has no statement');
  return { Version: '2012-10-17', Statement: statements };
};

/** The policies that the resources of a stack make. `known` are managed policies of the account, by ARN. Throws for a role with a
 *  managed policy that is not there. */
export const policiesOf = (stack: Stack, known: Readonly<Record<string, Document>> = {}): Policies => {
  const boundary = new Map<string, Document>();
  const managed = new Map(Object.entries(known));
  for (const { arn, properties } of ofType(stack, 'AWS::IAM::ManagedPolicy'))
    managed.set(arn, documentOf(properties.PolicyDocument));
  const managedPolicy = (arn: unknown): Document => {
    const policy = managed.get(String(arn));
    if (policy === undefined) throw new Error(`no managed policy ${arn}`);
    return policy;
  };
  const identity = new Map<string, { name: string; policy: Document }[]>();
  const resource = new Map<string, Document>();
  const add = (arn: string, { Statement }: Document): void => {
    resource.set(arn, { Version: '2012-10-17', Statement: [...(resource.get(arn)?.Statement ?? []), ...Statement] });
  };
  const roleArn = (name: unknown): string => {
    const role = ofType(stack, 'AWS::IAM::Role').find(each => each.id === name || each.arn.endsWith(`/${name}`));
    if (role === undefined) throw new Error(`no role ${name}`);
    return role.arn;
  };
  const attach = (arn: string, name: string, policy: Document): void => {
    identity.set(arn, [...(identity.get(arn) ?? []), { name, policy }]);
  };
  for (const { arn, id, type, properties } of stack.resources)
    switch (type) {
      case 'AWS::IAM::Role':
        add(arn, documentOf(properties.AssumeRolePolicyDocument));
        for (const inline of [properties.Policies ?? []].flat()) {
          const { PolicyName, PolicyDocument } = record(inline, 'an inline policy');
          attach(arn, String(PolicyName), documentOf(PolicyDocument));
        }
        for (const policy of [properties.ManagedPolicyArns ?? []].flat())
          attach(arn, String(policy), managedPolicy(policy));
        if (properties.PermissionsBoundary !== undefined)
          boundary.set(arn, managedPolicy(properties.PermissionsBoundary));
        break;
      case 'AWS::IAM::Policy':
      case 'AWS::IAM::ManagedPolicy':
        for (const role of [properties.Roles ?? []].flat())
          attach(roleArn(role), id, documentOf(properties.PolicyDocument));
        break;
      case 'AWS::S3::BucketPolicy':
        add(`arn:${stack.place.partition}:s3:::${properties.Bucket}`, documentOf(properties.PolicyDocument));
        break;
      case 'AWS::SNS::TopicPolicy':
        for (const topic of [properties.Topics].flat()) add(String(topic), documentOf(properties.PolicyDocument));
        break;
      case 'AWS::SQS::QueuePolicy':
        for (const url of [properties.Queues].flat())
          add(queueArn(stack, String(url)), documentOf(properties.PolicyDocument));
        break;
      case 'AWS::KMS::Key':
        add(arn, documentOf(properties.KeyPolicy));
        break;
      case 'AWS::Events::EventBusPolicy':
        add(busArn(stack, String(properties.EventBusName)), documentOf({ Statement: properties.Statement }));
        break;
      case 'AWS::Lambda::Permission':
        add(String(properties.FunctionName), permission(properties));
        break;
    }
  return { identity, resource, boundary };
};

/** The ARN of a queue by its URL. */
const queueArn = ({ place: { partition, region } }: Stack, url: string): string => {
  const [name = '', accountId = ''] = url.split('/').reverse();
  return `arn:${partition}:sqs:${region}:${accountId}:${name}`;
};

const busArn = ({ place: { partition, region, accountId } }: Stack, name: string): string =>
  `arn:${partition}:events:${region}:${accountId}:event-bus/${name}`;

/** The statement of a Lambda permission (Lambda API Reference, `AddPermission`). */
const permission = ({ Principal, Action, FunctionName, SourceArn, SourceAccount }: Json): Document => ({
  Version: '2012-10-17',
  Statement: [
    {
      ...{ Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: FunctionName },
      Condition: {
        ...(SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': SourceArn } }),
        ...(SourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
      },
    },
  ],
});
