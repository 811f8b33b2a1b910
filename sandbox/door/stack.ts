/**
 * A synthesized template as CloudFormation would deploy it: each function resolved, each resource with its name and ARN.
 * The template is data here: nothing of the product is imported.
 * Sources: CloudFormation User Guide, "Intrinsic function reference" and the return values of each resource type.
 */

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Where a stack is deployed. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** A resource as it was deployed; `properties` have no functions left. */
export interface Deployed {
  readonly id: string;
  readonly type: string;
  readonly arn: string;
  readonly properties: Json;
}

/** A deployed stack. */
export interface Stack {
  readonly place: Place;
  readonly name: string;
  readonly resources: readonly Deployed[];
  readonly outputs: readonly { readonly key: string; readonly value: string; readonly description: string }[];
}

/** A record of a value that must be one. Throws for anything else. */
export const record = (value: unknown, what: string): Json => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`${what}: got ${JSON.stringify(value)}, want an object`);
};

/** The resources of a type. */
export const ofType = (stack: Stack, type: string): readonly Deployed[] =>
  stack.resources.filter(resource => resource.type === type);

type Naming = (properties: Json, id: string, place: Place) => string;

const regional =
  (service: string, kind: string, property: string): Naming =>
  (properties, id, { partition, region, accountId }) =>
    `arn:${partition}:${service}:${region}:${accountId}:${kind}${properties[property] ?? id}`;

/** The ARN of a resource, by its type. A type without one here has none that a policy could name. */
const arns: Readonly<Record<string, Naming>> = {
  'AWS::SNS::Topic': regional('sns', '', 'TopicName'),
  'AWS::SQS::Queue': regional('sqs', '', 'QueueName'),
  'AWS::Lambda::Function': regional('lambda', 'function:', 'FunctionName'),
  'AWS::StepFunctions::StateMachine': regional('states', 'stateMachine:', 'StateMachineName'),
  'AWS::KMS::Key': (_properties, id, place) =>
    `arn:${place.partition}:kms:${place.region}:${place.accountId}:key/${id.toLowerCase()}`,
  'AWS::IAM::Role': ({ RoleName }, id, { partition, accountId }) =>
    `arn:${partition}:iam::${accountId}:role/${RoleName ?? id}`,
  'AWS::IAM::ManagedPolicy': ({ ManagedPolicyName }, id, { partition, accountId }) =>
    `arn:${partition}:iam::${accountId}:policy/${ManagedPolicyName ?? id}`,
  'AWS::CloudWatch::Alarm': regional('cloudwatch', 'alarm:', 'AlarmName'),
  'AWS::Events::Rule': ({ Name, EventBusName }, id, { partition, region, accountId }) =>
    `arn:${partition}:events:${region}:${accountId}:rule/${EventBusName === undefined ? '' : `${EventBusName}/`}${Name ?? id}`,
  'AWS::Events::EventBus': regional('events', 'event-bus/', 'Name'),
  'AWS::Scheduler::Schedule': regional('scheduler', 'schedule/default/', 'Name'),
  'AWS::DynamoDB::Table': regional('dynamodb', 'table/', 'TableName'),
  'AWS::S3::Bucket': (_properties, id, { partition }) => `arn:${partition}:s3:::${bucketName(id)}`,
  'AWS::Logs::LogGroup': (properties, id, place) =>
    `${regional('logs', 'log-group:', 'LogGroupName')(properties, id, place)}:*`,
};

const bucketName = (id: string): string => `irsa-auditor-${id.toLowerCase()}`;

/** The value of `Ref`; of every other type it is the ARN. */
const refs: Readonly<Record<string, Naming>> = {
  'AWS::SQS::Queue': ({ QueueName }, id, { region, accountId }) =>
    `https://sqs.${region}.amazonaws.com/${accountId}/${QueueName ?? id}`,
  'AWS::Lambda::Function': ({ FunctionName }, id) => String(FunctionName ?? id),
  'AWS::IAM::Role': ({ RoleName }, id) => String(RoleName ?? id),
  'AWS::KMS::Key': (_properties, id) => id.toLowerCase(),
  'AWS::DynamoDB::Table': ({ TableName }, id) => String(TableName ?? id),
  'AWS::S3::Bucket': (_properties, id) => bucketName(id),
  'AWS::Logs::LogGroup': ({ LogGroupName }, id) => String(LogGroupName ?? id),
  'AWS::Events::EventBus': ({ Name }, id) => String(Name ?? id),
  'AWS::Events::Rule': ({ Name }, id) => String(Name ?? id),
  'AWS::CloudWatch::Alarm': ({ AlarmName }, id) => String(AlarmName ?? id),
  'AWS::Scheduler::Schedule': ({ Name }, id) => String(Name ?? id),
};

/** Deploys a template with values of its parameters. Throws for a function of CloudFormation, or an attribute, that is not known here. */
export const deployedStack = (template: unknown, name: string, place: Place, given: Json = {}): Stack => {
  const { Resources, Outputs = {}, Parameters = {}, Conditions = {} } = record(template, 'the template');
  const all = record(Resources, 'Resources');
  const conditions = record(Conditions, 'Conditions');
  const pseudo: Readonly<Record<string, string>> = {
    ...parameterValues(record(Parameters, 'Parameters'), given),
    'AWS::Partition': place.partition,
    'AWS::Region': place.region,
    'AWS::AccountId': place.accountId,
    'AWS::URLSuffix': place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::StackName': name,
  };
  const typeOf = (id: string): string => String(record(all[id], `resource ${id}`).Type);
  const propertiesOf = (id: string): Json => record(record(all[id], id).Properties ?? {}, `properties of ${id}`);
  /** The names alone: what they are made of refers to no other resource but a function's, or a bus's, name. */
  const named = (id: string): Json =>
    Object.fromEntries(
      Object.entries(propertiesOf(id))
        .filter(([key]) => /Name$/.test(key))
        .map(([key, value]) => [key, resolve(value)]),
    );
  const arnOf = (id: string): string => {
    const type = typeOf(id);
    if (type === 'AWS::Lambda::Version') {
      const called = String(record(propertiesOf(id).FunctionName, `function of ${id}`).Ref);
      return `${arnOf(called)}:1`;
    }
    return arns[type]?.(named(id), id, place) ?? id;
  };
  const refOf = (id: string): string => pseudo[id] ?? refs[typeOf(id)]?.(named(id), id, place) ?? arnOf(id);
  const attributeOf = (id: string, attribute: string): string => {
    if (attribute === 'Arn' || attribute === 'TopicArn') return arnOf(id);
    if (attribute === 'QueueName' || attribute === 'Name') return refOf(id).replace(/^.*\//, '');
    throw new Error(`the attribute ${attribute} of ${id} is not known here`);
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [[key = '', inner] = []] = Object.entries(value);
    if (key === 'Ref') return refOf(String(inner));
    if (key.startsWith('Fn::')) return functions(key, inner, resolve, attributeOf, pseudo);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each)]));
  };
  const isThere = (id: string): boolean => {
    const { Condition } = record(all[id], id);
    return Condition === undefined || resolve(conditions[String(Condition)]) === true;
  };
  return {
    ...{ place, name },
    resources: Object.keys(all)
      .filter(isThere)
      .map(id => ({ ...{ id, type: typeOf(id), arn: arnOf(id) }, properties: record(resolve(propertiesOf(id)), id) })),
    outputs: Object.entries(record(Outputs, 'Outputs')).map(([key, output]) => {
      const { Value, Description = '' } = record(output, key);
      return { key, value: String(resolve(Value)), description: String(Description) };
    }),
  };
};

/** The values of parameters: those given, else their defaults. Throws for one that has neither. */
const parameterValues = (parameters: Json, given: Json): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const value = given[name] ?? record(parameter, name).Default;
      if (value === undefined) throw new Error(`the parameter ${name} has no value`);
      return [name, String(value)];
    }),
  );

const functions = (
  key: string,
  inner: unknown,
  resolve: (value: unknown) => unknown,
  attributeOf: (id: string, attribute: string) => string,
  pseudo: Readonly<Record<string, string>>,
): unknown => {
  const list = Array.isArray(inner) ? inner : [inner];
  const texts = (value: unknown): readonly string[] => [resolve(value)].flat().map(String);
  switch (key) {
    case 'Fn::GetAtt':
      return attributeOf(String(list[0]), String(list[1]));
    case 'Fn::Join':
      return texts(list[1]).join(String(list[0]));
    case 'Fn::Split':
      return String(resolve(list[1])).split(String(list[0]));
    case 'Fn::Select':
      return texts(list[1])[Number(resolve(list[0]))];
    case 'Fn::Equals':
      return resolve(list[0]) === resolve(list[1]);
    case 'Fn::Or':
      return list.some(each => resolve(each) === true);
    case 'Fn::Sub':
      return String(list[0]).replace(/\$\{([\w:]+)\}/g, (whole, name: string) => pseudo[name] ?? whole);
    default:
      throw new Error(`the function ${key} is not known here`);
  }
};
