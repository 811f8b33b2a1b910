/**
 * May a principal do what it must, by the policies of a synthesized template? As far as this project's templates go: one
 * account, identity policies of roles, policies of topics, queues, keys and functions. Emulators do not ask; and whatever
 * is not known here throws, so that no permission is seen where there is none.
 * Source: IAM User Guide, "Policy evaluation logic"; KMS Developer Guide, "Default key policy".
 */
import * as z from 'zod';
import type { CfnResource, Json } from './synthesized.ts';

const region = 'us-east-1';
export const accountId = '111122223333';
const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'irsa-auditor',
};

/** Who asks: a service, or a role of the template by its logical id. */
export type Principal = { readonly service: string } | { readonly role: string };

/** One question to IAM. */
export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

const texts = z.union([z.string(), z.array(z.string())]).transform(value => (Array.isArray(value) ? value : [value]));
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: texts.optional(), Service: texts.optional() })]).optional(),
  Action: texts,
  Resource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});
type Statement = z.output<typeof statementSchema>;
const documentSchema = z.object({ Statement: z.array(statementSchema) });

const arnOf: Readonly<Record<string, (id: string, properties: Json) => string>> = {
  'AWS::SNS::Topic': (id, { TopicName }) => `arn:aws:sns:${region}:${accountId}:${TopicName ?? id}`,
  'AWS::SQS::Queue': (id, { QueueName }) => `arn:aws:sqs:${region}:${accountId}:${QueueName ?? id}`,
  'AWS::Lambda::Function': (id, { FunctionName }) =>
    `arn:aws:lambda:${region}:${accountId}:function:${FunctionName ?? id}`,
  'AWS::StepFunctions::StateMachine': (id, { StateMachineName }) =>
    `arn:aws:states:${region}:${accountId}:stateMachine:${StateMachineName ?? id}`,
  'AWS::KMS::Key': id => `arn:aws:kms:${region}:${accountId}:key/${id}`,
  'AWS::IAM::Role': (id, { RoleName }) => `arn:aws:iam::${accountId}:role/${RoleName ?? id}`,
  'AWS::CloudWatch::Alarm': (id, { AlarmName }) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${AlarmName ?? id}`,
  'AWS::Events::Rule': (id, { Name }) => `arn:aws:events:${region}:${accountId}:rule/${Name ?? id}`,
  'AWS::Scheduler::Schedule': (id, { Name }) =>
    `arn:aws:scheduler:${region}:${accountId}:schedule/default/${Name ?? id}`,
  'AWS::DynamoDB::Table': (id, { TableName }) => `arn:aws:dynamodb:${region}:${accountId}:table/${TableName ?? id}`,
  'AWS::S3::Bucket': id => `arn:aws:s3:::${id.toLowerCase()}`,
  'AWS::Logs::LogGroup': (id, { LogGroupName }) =>
    `arn:aws:logs:${region}:${accountId}:log-group:${LogGroupName ?? id}`,
};
/** The value of `Ref` where it is not the ARN. */
const named = new Set([
  'AWS::SQS::Queue',
  'AWS::Lambda::Function',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::Logs::LogGroup',
]);

/** A template whose questions can be answered. */
export const iamOf = (resources: Readonly<Record<string, CfnResource>>) => {
  const arn = (id: string): string => {
    const resource = resources[id];
    if (resource?.Type === 'AWS::Lambda::Version')
      return `${arn(String(Reflect.get(Object(resource.Properties.FunctionName), 'Ref')))}:1`;
    const make = resource && arnOf[resource.Type];
    if (!resource || !make) throw new Error(`no ARN is known for ${id}, ${resource?.Type}`);
    return make(id, resource.Properties);
  };
  /** A value with its functions resolved: texts, lists, objects. */
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [[key = '', inner] = []] = Object.entries(value);
    if (key === 'Ref') return pseudo[String(inner)] ?? refOf(String(inner));
    if (key === 'Fn::GetAtt') return attributeOf(z.tuple([z.string(), z.string()]).parse(inner));
    if (key === 'Fn::Join') {
      const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(inner);
      return parts.map(part => String(resolve(part))).join(separator);
    }
    if (key === 'Fn::Split') {
      const [separator, text] = z.tuple([z.string(), z.unknown()]).parse(inner);
      return String(resolve(text)).split(separator);
    }
    if (key === 'Fn::Select') {
      const [index, list] = z.tuple([z.coerce.number(), z.unknown()]).parse(inner);
      return z.array(z.string()).parse(resolve(list))[index];
    }
    if (key.startsWith('Fn::')) throw new Error(`${key} is not known here`);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each)]));
  };
  const refOf = (id: string): string => (named.has(resources[id]?.Type ?? '') ? id : arn(id));
  const attributeOf = ([id, attribute]: readonly [string, string]): string => {
    if (attribute !== 'Arn') throw new Error(`the attribute ${attribute} of ${id} is not known here`);
    return arn(id);
  };
  const ofType = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);
  const statements = (document: unknown): readonly Statement[] => documentSchema.parse(resolve(document)).Statement;

  const identityStatements = (role: string): readonly Statement[] =>
    ofType('AWS::IAM::Policy')
      .filter(([, { Properties }]) => z.array(z.unknown()).parse(resolve(Properties.Roles)).includes(role))
      .flatMap(([, { Properties }]) => statements(Properties.PolicyDocument));

  /** Statements of the resource's own policy; undefined where it has none. */
  const resourceStatements = (target: string): readonly Statement[] => [
    ...ofType('AWS::SNS::TopicPolicy')
      .filter(([, { Properties }]) => z.array(z.string()).parse(resolve(Properties.Topics)).includes(target))
      .flatMap(([, { Properties }]) => statements(Properties.PolicyDocument)),
    ...ofType('AWS::SQS::QueuePolicy')
      .filter(([, { Properties }]) => z.array(z.string()).parse(resolve(Properties.Queues)).map(arn).includes(target))
      .flatMap(([, { Properties }]) => statements(Properties.PolicyDocument)),
    ...ofType('AWS::KMS::Key')
      .filter(([id]) => arn(id) === target)
      .flatMap(([, { Properties }]) => statements(Properties.KeyPolicy)),
    ...ofType('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => resolve(Properties.FunctionName) === target)
      .map(([, { Properties }]) =>
        statementSchema.parse({
          Effect: 'Allow',
          Principal: { Service: Properties.Principal },
          Action: Properties.Action,
          Resource: target,
          ...(Properties.SourceArn === undefined
            ? {}
            : { Condition: { ArnLike: { 'aws:SourceArn': resolve(Properties.SourceArn) } } }),
        }),
      ),
  ];

  const isAllowed = (request: Request): boolean => {
    const { principal, resource } = request;
    const identity = 'role' in principal ? identityStatements(principal.role) : [];
    const own = resourceStatements(resource).filter(statement => isFor(statement, principal));
    const applying = [...identity, ...own].filter(statement => applies(statement, request));
    if (applying.some(({ Effect }) => Effect === 'Deny')) return false;
    const byIdentity = identity.some(statement => statement.Effect === 'Allow' && applies(statement, request));
    const byResource = own.some(statement => statement.Effect === 'Allow' && applies(statement, request));
    /** A key's policy must let the account's identity policies count; other resources' need not. */
    const counts = !resource.includes(':kms:') || delegates(resourceStatements(resource), request);
    return byResource || (byIdentity && counts);
  };

  /** May a service become the role? */
  const mayAssume = (role: string, service: string, context: Readonly<Record<string, string>>): boolean =>
    statements(resources[role]?.Properties.AssumeRolePolicyDocument).some(
      statement =>
        statement.Effect === 'Allow' &&
        isFor(statement, { service }) &&
        statement.Action.includes('sts:AssumeRole') &&
        holds(statement, context),
    );
  return { arn, resolve, ofType, identityStatements, isAllowed, mayAssume };
};

const root = `arn:aws:iam::${accountId}:root`;

const isFor = ({ Principal: wanted }: Statement, principal: Principal): boolean => {
  if (wanted === undefined) throw new Error('a policy of a resource names no principal');
  if (wanted === '*') return true;
  if (wanted.AWS?.includes('*')) return true;
  return 'service' in principal && (wanted.Service?.includes(principal.service) ?? false);
};

const delegates = (policy: readonly Statement[], request: Request): boolean =>
  policy.some(
    statement =>
      statement.Effect === 'Allow' &&
      statement.Principal !== '*' &&
      statement.Principal?.AWS?.includes(root) === true &&
      applies(statement, request),
  );

const applies = (statement: Statement, { action, resource, context = {} }: Request): boolean =>
  statement.Action.some(pattern => matches(pattern.toLowerCase(), action.toLowerCase())) &&
  (statement.Resource ?? []).some(pattern => matches(pattern, resource)) &&
  holds(statement, context);

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

const operators: Readonly<Record<string, (wanted: string, got: string) => boolean>> = {
  Bool: (wanted, got) => wanted === got,
  StringEquals: (wanted, got) => wanted === got,
  ArnEquals: matches,
  ArnLike: matches,
};

/** A key that the request does not have holds for no operator of these. */
const holds = ({ Condition = {} }: Statement, context: Readonly<Record<string, string>>): boolean =>
  Object.entries(Condition).every(([name, tests]) => {
    const operator = operators[name];
    if (operator === undefined) throw new Error(`the operator ${name} is not known here`);
    return Object.entries(tests).every(([key, wanted]) => {
      const got = context[key];
      return got !== undefined && wanted.some(value => operator(value, got));
    });
  });
