import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type * as z from 'zod';
import {
  type Configuration,
  type configurationSchema,
  parseConfiguration,
  requireOperations,
} from '../lib/config/configuration.ts';
import { refuseUnknownRules } from '../lib/config/rule-ids.ts';
import { Auditor } from '../lib/infra/auditor-stack.ts';
import { catalog } from '../lib/rules/catalog.ts';
import { given } from '../lib/text.ts';
import packageJson from '../package.json' with { type: 'json' };

/** `configuration` is what irsa-auditor.config.json holds. `keepData` false: table and bucket go with the stack. */
export interface IrsaAuditorProps {
  readonly configuration: z.input<typeof configurationSchema>;
  readonly keepData?: boolean;
}

/** Where `npm run build` puts the handlers: beside the file that this one is bundled into. */
const handlers = fileURLToPath(new URL('./lambdas', import.meta.url));

/** The configuration, or an error whose stack begins in the app: the frames of this bundle say nothing to its reader. */
const configurationOf = ({ node }: IrsaAuditor, props: IrsaAuditorProps): Configuration => {
  try {
    const text = JSON.stringify(props.configuration);
    const configuration = refuseUnknownRules(parseConfiguration(text, `the configuration of ${node.path}`), catalog);
    requireOperations(configuration);
    return configuration;
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error, IrsaAuditor);
    throw error;
  }
};

/** The auditor in a CDK app of one's own; the published package exports it. Throws `ConfigurationInvalid`, with the key
 *  and what it allows. */
export class IrsaAuditor extends Construct {
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

  constructor(scope: Construct, id: string, props: IrsaAuditorProps) {
    super(scope, id);
    const configuration = configurationOf(this, props);
    const folder = join(Stage.of(this)?.outdir ?? '.', `irsa-auditor.${this.node.addr}`);
    cpSync(handlers, folder, { recursive: true });
    for (const step of readdirSync(folder))
      writeFileSync(join(folder, step, 'configuration.json'), JSON.stringify(configuration));
    const { storage, notifications, stateMachine } = new Auditor(this, 'Default', {
      configuration,
      code: step => Code.fromAsset(join(folder, step)),
      version: packageJson.version,
      ...given({ keepData: props.keepData }),
    });
    this.table = storage.table;
    this.bucket = storage.bucket;
    this.findingsTopic = notifications.findings;
    this.operationsTopic = notifications.operations;
    this.stateMachine = stateMachine;
  }
}
