/** The types of the published construct, made from the schema of the configuration: a consumer needs no zod for them. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The text of `dist/construct.d.ts`. Throws for a schema that it has no type for. */
export const constructTypes = (schema: Schema): string => `import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** The types that irsa-auditor.config.json holds: docs/schema/config.json. */
export type IrsaAuditorConfiguration = ${typeOf(schema)};

export interface IrsaAuditorProps {
  readonly configuration: IrsaAuditorConfiguration;
  /** false: table and bucket go with the stack. */
  readonly keepData?: boolean;
}

/** The auditor in a CDK app of your own. Throws an error that names the key of the configuration and what it allows. */
export declare class IrsaAuditor extends Construct {
  /** Findings, history and runs. */
  readonly table: Table;
  /** The documents and pages of runs. */
  readonly bucket: Bucket;
  /** Digests of what was found. */
  readonly findingsTopic: Topic;
  /** Alarms about the auditor itself. */
  readonly operationsTopic: Topic;
  /** One execution is one audit. */
  readonly stateMachine: StateMachine;
  constructor(scope: Construct, id: string, props: IrsaAuditorProps);
}
`;

const typeOf = (schema: Schema): string => {
  const { anyOf, oneOf } = schema;
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.map(choice => `(${typeOf(choice)})`).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectOf(schema);
    default:
      throw new Error(`no type is known for ${JSON.stringify(schema)}`);
  }
};

const objectOf = ({ properties, required = [], additionalProperties, propertyNames }: Schema): string => {
  if (properties === undefined && typeof additionalProperties === 'object') {
    const key = propertyNames === undefined ? 'string' : typeOf(propertyNames);
    return `{ readonly [key in ${key}]?: ${typeOf(additionalProperties)} }`;
  }
  const fields = Object.entries(properties ?? {}).map(
    ([name, field]) =>
      `${field.description === undefined ? '' : `/** ${field.description} */ `}readonly ${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(field)}`,
  );
  return `{\n${fields.join(';\n')}\n}`;
};
