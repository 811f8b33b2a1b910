import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type EventPattern, type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable, IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type * as z from 'zod';
import { findingEvents, runMetrics } from '../lib/audit/contract.ts';
import {
  type Configuration,
  ConfigurationInvalid,
  type configurationSchema,
  destinationsOf,
  parseConfiguration,
  requireOperations,
  severities,
} from '../lib/config/configuration.ts';
import { refuseUnknownRules } from '../lib/config/rule-ids.ts';
import { Auditor } from '../lib/infra/auditor-stack.ts';
import { ownMetric } from '../lib/infra/monitoring.ts';
import { writeConfiguration } from '../lib/infra/write-configuration.ts';
import { catalog } from '../lib/rules/catalog.ts';
import { given } from '../lib/text.ts';
import packageJson from '../package.json' with { type: 'json' };
import { letUse, ownParts, putIn } from './own-parts.ts';

/** The properties of an `IrsaAuditor`. */
export interface IrsaAuditorProps {
  /** The keys of irsa-auditor.config.json. `operations` is required: it says who reads the auditor's own alarms. */
  readonly configuration: z.input<typeof configurationSchema>;
  /** false: table and bucket are deleted with the stack. @default true */
  readonly keepData?: boolean;
  /** Encrypts the table, the bucket, the logs, the topics and the queues but those of the fast lane. Services get their statements in its policy if it is a key of this app. @default - the keys of AWS, or `customerKey` of the configuration */
  readonly encryptionKey?: IKey;
  /** Takes the digests, each as a text and as JSON. @default - a topic of the auditor */
  readonly findingsTopic?: ITopic;
  /** Takes the auditor's own alarms. CloudWatch gets its statement in the policy if it is a topic of this app. @default - a topic of the auditor */
  readonly operationsTopic?: ITopic;
  /** Takes the server access logs of the bucket, below the name of the auditor. It must be encrypted with a key of S3. @default - no access logs */
  readonly serverAccessLogsBucket?: IBucket;
  /** The network of all functions. It must reach the APIs of AWS and the issuers of EKS. @default - no VPC */
  readonly vpc?: IVpc;
  /** Where in `vpc`. @default - as aws-cdk-lib chooses for functions */
  readonly vpcSubnets?: SubnetSelection;
  /** Of all functions in `vpc`. @default - one that lets all traffic out */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** The permissions boundary of each role of the auditor. It must allow what docs/permissions.md lists. @default - no boundary */
  readonly permissionsBoundary?: IManagedPolicy;
  /** The path of each role of the auditor, such as `/audit/`. Member roles trust it by `AuditorName=audit/NAME`. @default / */
  readonly rolePath?: string;
}

/** The options of `onFinding`: those of a rule, and the findings that it is for. */
export interface OnFindingOptions extends OnEventOptions {
  /** The least severity that the rule matches. @default - the rule matches each severity that is sent: `minSeverity` of the configuration */
  readonly minSeverity?: 'critical' | 'high' | 'medium' | 'low' | 'info';
  /** The transitions that the rule matches, such as `opened` and `resolved` (docs/alerts.md). @default - all transitions */
  readonly transitions?: readonly string[];
}

/** Where `npm run build` puts the handlers: beside the file that this one is bundled into. */
const handlers = fileURLToPath(new URL('./lambdas', import.meta.url));

/** The configuration, or an error whose stack begins in the app: the frames of this bundle say nothing to its reader. */
const configurationOf = ({ node }: IrsaAuditor, props: IrsaAuditorProps): Configuration => {
  try {
    const customerKey = props.encryptionKey !== undefined || props.configuration.customerKey;
    const text = JSON.stringify({ ...props.configuration, customerKey });
    const configuration = refuseUnknownRules(parseConfiguration(text, `the configuration of ${node.path}`), catalog);
    requireOperations(configuration);
    return configuration;
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error, IrsaAuditor);
    throw error;
  }
};

/** The auditor in a CDK app of your own. Throws `ConfigurationInvalid`, which names the key of the configuration and what it allows. */
export class IrsaAuditor extends Construct {
  /** Findings, history and runs. */
  readonly table: Table;
  /** The documents and pages of runs. */
  readonly bucket: Bucket;
  /** Digests of what was found. */
  readonly findingsTopic: ITopic;
  /** Alarms about the auditor itself. */
  readonly operationsTopic: ITopic;
  /** One execution is one audit. */
  readonly stateMachine: StateMachine;
  private readonly configuration: Configuration;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: IrsaAuditorProps) {
    super(scope, id);
    const configuration = configurationOf(this, props);
    const folder = join(Stage.of(this)?.outdir ?? '.', `irsa-auditor.${this.node.addr}`);
    cpSync(handlers, folder, { recursive: true });
    writeConfiguration({ directory: folder, steps: readdirSync(folder) }, configuration);
    const { storage, notifications, stateMachine } = new Auditor(this, 'Default', {
      configuration,
      code: step => Code.fromAsset(join(folder, step)),
      version: packageJson.version,
      ...given({ keepData: props.keepData }),
      own: ownParts(this, props),
    });
    putIn(this, configuration.name, props);
    this.table = storage.table;
    this.bucket = storage.bucket;
    this.findingsTopic = notifications.findings;
    this.operationsTopic = notifications.operations;
    this.stateMachine = stateMachine;
    this.configuration = configuration;
    this.key = props.encryptionKey;
  }

  /** Lets a principal read findings, history and runs, as `irsa-auditor findings list --table NAME` does. */
  grantReadFindings(grantee: IGrantable): Grant {
    const grant = this.table.grantReadData(grantee);
    return this.key === undefined ? grant : grant.combine(letUse(this.key, grantee));
  }

  /** Lets a principal read the pages of runs, as `irsa-auditor report --serve` does. */
  grantReadReports(grantee: IGrantable): Grant {
    return this.bucket.grantRead(grantee, 'runs/*report.html');
  }

  /** An EventBridge rule for findings of this auditor. Throws unless the configuration has the destination `eventbridge`. */
  onFinding(id: string, options: OnFindingOptions = {}): Rule {
    const { minSeverity, transitions, ...rule } = options;
    if (!destinationsOf(this.configuration).some(({ to }) => to === 'eventbridge'))
      throw new ConfigurationInvalid(
        `${this.node.path}: onFinding: no events are sent: wanted "eventBridge": {"enabled": true} in the configuration`,
      );
    const detail = {
      ...given({ transition: transitions }),
      ...(minSeverity === undefined ? {} : { severity: severities.slice(0, severities.indexOf(minSeverity) + 1) }),
    };
    return this.onEvent(id, rule, {
      source: [findingEvents.source],
      detailType: [findingEvents.detailType],
      resources: [this.stateMachine.stateMachineArn],
      // EventBridge refuses an empty object in a pattern.
      ...(Object.keys(detail).length === 0 ? {} : { detail }),
    });
  }

  /** An EventBridge rule for audits that failed, timed out or were stopped. */
  onRunFailed(id: string, options: OnEventOptions = {}): Rule {
    return this.onEvent(id, options, {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [this.stateMachine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    });
  }

  private onEvent(id: string, options: OnEventOptions, pattern: EventPattern): Rule {
    const rule = new Rule(options.crossStackScope ?? this, id, options);
    rule.addEventPattern(pattern);
    if (options.target !== undefined) rule.addTarget(options.target);
    return rule;
  }

  /** A metric of this auditor by its name, once a run. Its statistic is the maximum. */
  metric(metricName: string, options: MetricOptions = {}): Metric {
    return ownMetric(this.configuration.name, metricName, options);
  }

  /** 1 for a run that failed, 0 for one that succeeded. */
  metricFailedRuns(options?: MetricOptions): Metric {
    return this.metric(runMetrics.failedRuns, options);
  }

  /** AWS accounts of which a run could read nothing. */
  metricUnreadAccounts(options?: MetricOptions): Metric {
    return this.metric(runMetrics.unreadAccounts, options);
  }

  /** Open findings of a severity. Throws unless the configuration has `dashboard`: without it no run writes this metric. */
  metricOpenFindings(severity: 'critical' | 'high' | 'medium' | 'low' | 'info', options?: MetricOptions): Metric {
    return this.metricOfDashboard(runMetrics.openFindings(severity), options);
  }

  /** Sections, regions and clusters that a run could not read. Throws unless the configuration has `dashboard`. */
  metricCoverageGaps(options?: MetricOptions): Metric {
    return this.metricOfDashboard(runMetrics.gaps, options);
  }

  private metricOfDashboard(metricName: string, options?: MetricOptions): Metric {
    if (this.configuration.dashboard) return this.metric(metricName, options);
    throw new ConfigurationInvalid(
      `${this.node.path}: dashboard: got false, wanted true: no run writes ${metricName} else`,
    );
  }
}
