import { CfnEventSourceMapping, type Code, type FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  Annotations,
  Aws,
  CfnOutput,
  CfnResource,
  Duration,
  RemovalPolicy,
  Stack,
  type StackProps,
  Tags,
  Token,
} from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { environmentNames, type FunctionName, fastLaneName, longestRunMinutes, outputMark } from '../audit/contract.ts';
import { type Configuration, ConfigurationInvalid, watchedPeriod } from '../config/configuration.ts';
import { partitionFault } from '../config/partition-fault.ts';
import { given } from '../text.ts';
import { FastLane } from './fast-lane.ts';
import { featuresOf } from './features.ts';
import { tooLarge } from './limits.ts';
import { Monitoring, recordFailedRuns } from './monitoring.ts';
import { Notifications, type OwnTopics } from './notifications.ts';
import { stepsWith } from './permissions.ts';
import { allowEveryVersion } from './pinned-version.ts';
import { grantsOf } from './resource-arns.ts';
import { Schedules, WeeklySummarySchedule } from './schedules.ts';
import { StepFunction } from './step-function.ts';
import { logRetentionOf, Storage } from './storage.ts';
import { type StepFunctions, workflowOf } from './workflow.ts';

/** `code` gives a step's bundle. `keepData` false makes a deployment that can be destroyed whole. */
export interface AuditorProps {
  readonly configuration: Configuration;
  readonly code: (step: FunctionName) => Code;
  readonly keepData?: boolean;
  /** Version of irsa-auditor, for whoever asks the stack. */
  readonly version?: string;
  /** Parts of the app around it, in place of the auditor's own. */
  readonly own?: OwnParts;
}

/** `network` is that of all functions; a key of the app is that of everything that is encrypted. */
export interface OwnParts extends OwnTopics {
  readonly network?: Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'>;
}

/** cfn-lint's schema of dashboards knows no tags yet. */
const untagged = ['AWS::CloudWatch::Dashboard'] as const;
/** Below that of any tag of the app around it (AWS CDK, "Tags and the AWS CDK": 100): its own `application` stays. */
const priority = 50;

const nobodyReads = 'operations is "none": nobody is told when the auditor itself fails';

const confirm = (addresses: readonly string[]): string =>
  `AWS asks ${addresses.join(', ')} by mail to confirm; who has not confirmed within 48 hours gets nothing: irsa-auditor doctor tells`;

/** Every run would fail there. Where the region is not known at synth, each region that is not read is a coverage gap. */
const refuseOtherPartition = (scope: Construct, { regions }: Configuration): void => {
  const { region } = Stack.of(scope);
  const fault = Token.isUnresolved(region) ? undefined : partitionFault(regions, region);
  if (fault !== undefined) throw new ConfigurationInvalid(fault);
};

/** Makes whatever may start a run last: a `rate` begins when its schedule is created (EventBridge Scheduler User Guide,
 *  "Rate-based schedules"), and a run before the permissions of its functions would fail. */
const startLast = (scope: Construct): void => {
  const all = scope.node.findAll().filter(each => CfnResource.isCfnResource(each));
  const isStart = (each: CfnResource) => each instanceof CfnSchedule || each instanceof CfnEventSourceMapping;
  const needed = all.filter(each => !isStart(each));
  for (const start of all.filter(isStart)) for (const each of needed) start.addResourceDependency(each);
};

/** The stack that `cdk deploy` makes. A child with the id Default has no part in logical ids (AWS CDK, "Logical IDs"). */
export class AuditorStack extends Stack {
  constructor(scope: Construct, id: string, props: AuditorProps & StackProps) {
    super(scope, id, { description: 'Audits IRSA on Amazon EKS on a schedule (irsa-auditor)', ...props });
    new Auditor(this, 'Default', props);
  }
}

/** Everything that one auditor needs, for the accounts and regions of its configuration. */
export class Auditor extends Construct {
  /** One execution is one audit. */
  readonly stateMachine: StateMachine;
  private readonly settings: AuditorProps;
  readonly storage: Storage;
  readonly notifications: Notifications;
  private readonly logRetention: RetentionDays;
  private readonly workflowLog: LogGroup;

  constructor(scope: Construct, id: string, props: AuditorProps) {
    super(scope, id);
    const { configuration, own = {} } = props;
    const { name, retention } = configuration;
    this.settings = props;
    refuseOtherPartition(this, configuration);
    this.logRetention = logRetentionOf(retention.logDays);
    this.workflowLog = new LogGroup(this, 'AuditLog', {
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: this.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.storage = new Storage(this, 'Storage', {
      name,
      snapshotDays: retention.snapshotDays,
      keep: props.keepData ?? true,
      ...given({ key: own.key }),
    });
    const { notifications: destinations, operations, customerKey } = configuration;
    this.notifications = new Notifications(this, 'Notifications', { name, destinations, operations, customerKey, own });
    const functions = this.stepFunctions();
    this.stateMachine = this.audit(functions);
    this.watch(functions, this.stateMachine);
    if (configuration.fastLane.enabled) this.fastLane(functions, configuration.fastLane.organizationId);
    startLast(this);
    this.node.addValidation({ validate: () => [...tooLarge(this)] });
    this.outputs(this.stateMachine);
    const addresses = [...destinations, operations].flatMap(each =>
      typeof each === 'object' && each.to === 'email' ? each.addresses : [],
    );
    if (addresses.length > 0)
      Annotations.of(this).addInfoV2('irsa-auditor:subscriptions', confirm([...new Set(addresses)]));
    if (operations === 'none') Annotations.of(this).addWarningV2('irsa-auditor:operations', nobodyReads);
    Tags.of(this).add('application', name, { excludeResourceTypes: [...untagged], priority });
  }

  /** Schedules, records of what failed, alarms. */
  private watch(functions: StepFunctions, stateMachine: StateMachine): void {
    const { configuration } = this.settings;
    const { name } = configuration;
    const weeklySummary = configuration.weeklySummary.enabled
      ? new WeeklySummarySchedule(this, 'WeeklySummary', {
          name,
          notifyDrift: functions['notify-drift'],
          logGroup: this.workflowLog,
        }).stateMachine
      : undefined;
    const schedules = new Schedules(this, 'Schedules', {
      configuration,
      ...given({ key: this.notifications.key }),
      stateMachine,
      ...given({ weeklySummary }),
    });
    const completeRun = functions['complete-run'];
    recordFailedRuns(this, { name, stateMachine, completeRun, deadLetters: schedules.deadLetters });
    const period = watchedPeriod(configuration);
    new Monitoring(this, 'Monitoring', {
      name,
      stateMachine,
      functions: Object.values(functions),
      dashboard: configuration.dashboard,
      notStarted: schedules.deadLetters,
      undelivered: this.notifications.undelivered,
      operations: this.notifications.operations,
      ...given({ weeklySummary, period }),
    });
  }

  /** The functions that tell of changes within minutes. */
  private fastLane(functions: StepFunctions, organizationId: string | undefined): void {
    const make = (step: FunctionName) => this.stepFunction(step).lambda;
    const { bus } = new FastLane(this, 'FastLane', {
      name: this.settings.configuration.name,
      organizationId,
      functions,
      own: {
        'note-changes': make('note-changes'),
        'plan-fast-run': make('plan-fast-run'),
        'overlay-issuers': make('overlay-issuers'),
      },
      choices: { accountsAtOnce: this.settings.configuration.accountsAtOnce },
      logGroup: this.workflowLog,
      operations: this.notifications.operations,
    });
    this.output('FastLaneBusArn', bus.eventBusArn, 'Where accounts send changes: BusArn of docs/member-events.yaml');
  }

  private output(id: string, value: string, about: string): void {
    const description = `${about} ${outputMark(this.settings.configuration.name, id)}`;
    new CfnOutput(this, id, { value, description });
  }

  private stepFunctions(): StepFunctions {
    const make = (step: FunctionName) => this.stepFunction(step).lambda;
    const wanted = stepsWith(featuresOf(this.settings.configuration));
    return {
      'list-targets': make('list-targets'),
      'collect-account': make('collect-account'),
      ...(wanted.includes('collect-cluster') ? { 'collect-cluster': make('collect-cluster') } : {}),
      'index-issuers': make('index-issuers'),
      'probe-issuers': make('probe-issuers'),
      'evaluate-account': make('evaluate-account'),
      'notify-drift': make('notify-drift'),
      'complete-run': make('complete-run'),
    };
  }

  private stepFunction(step: FunctionName): StepFunction {
    const { configuration, code, own = {} } = this.settings;
    const { vpc } = configuration.inCluster;
    return new StepFunction(this, step, {
      name: configuration.name,
      step,
      code: code(step),
      environment: this.stepEnvironment(step),
      grants: grantsOf(step, configuration, {
        partition: Aws.PARTITION,
        region: Aws.REGION,
        accountId: Aws.ACCOUNT_ID,
        tableArn: this.storage.table.tableArn,
        bucketArn: this.storage.bucket.bucketArn,
        deadLettersArn: this.notifications.undelivered.queueArn,
        topicArn: this.notifications.findings.topicArn,
        operationsTopicArn: this.notifications.operations.topicArn,
        chatTopicArn: this.notifications.chat?.topicArn ?? '',
        topicKeyArn: this.notifications.key?.keyArn ?? '',
      }),
      logRetention: this.logRetention,
      ...given({ network: own.network }),
      ...(step === 'collect-cluster' && vpc ? { vpc } : {}),
    });
  }

  /** No secret stands here: names and ARNs only. */
  private stepEnvironment(step: FunctionName): Readonly<Record<string, string>> {
    const { name, fastLane } = this.settings.configuration;
    const { chat, findings, operations, undelivered } = this.notifications;
    const notifies = step === 'notify-drift';
    return {
      [environmentNames.table]: this.storage.table.tableName,
      [environmentNames.bucket]: this.storage.bucket.bucketName,
      [environmentNames.configuration]: 'configuration.json',
      ...(notifies
        ? {
            [environmentNames.topic]: findings.topicArn,
            [environmentNames.operationsTopic]: operations.topicArn,
            [environmentNames.deadLetters]: undelivered.queueUrl,
            [environmentNames.stateMachine]: this.stateMachineArn(name),
          }
        : {}),
      ...(fastLane.enabled && (notifies || step === 'note-changes')
        ? { [environmentNames.fastLane]: this.stateMachineArn(fastLaneName(name)) }
        : {}),
      ...(notifies && chat ? { [environmentNames.chatTopic]: chat.topicArn } : {}),
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_LOG_LEVEL: 'INFO',
    };
  }

  /** By name, not by reference: the functions are made before the machine that calls them. */
  private stateMachineArn(name: string): string {
    return `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:${name}`;
  }

  private audit(functions: StepFunctions): StateMachine {
    const { name } = this.settings.configuration;
    const machine = new StateMachine(this, 'Audit', {
      stateMachineName: name,
      comment: 'One audit of IRSA: collect, index, probe, evaluate, notify',
      definitionBody: DefinitionBody.fromChainable(
        workflowOf(this, functions, { accountsAtOnce: this.settings.configuration.accountsAtOnce }),
      ),
      timeout: Duration.minutes(longestRunMinutes),
      tracingEnabled: true,
      logs: { destination: this.workflowLog, level: LogLevel.ALL, includeExecutionData: true },
    });
    allowEveryVersion(machine, Object.values(functions));
    return machine;
  }

  private outputs(stateMachine: StateMachine): void {
    const { table, bucket } = this.storage;
    const output = this.output.bind(this);
    output('TableName', table.tableName, 'Findings, history and runs');
    output('BucketName', bucket.bucketName, 'The documents of each run');
    output('TopicArn', this.notifications.findings.topicArn, 'Digests');
    const { chat } = this.notifications;
    if (chat !== undefined) output('ChatTopicArn', chat.topicArn, 'Digests in the form of chat channels');
    output('OperationsTopicArn', this.notifications.operations.topicArn, "The auditor's own alarms");
    output('UndeliveredQueueUrl', this.notifications.undelivered.queueUrl, 'Digests that a destination never took');
    if (this.settings.version !== undefined) output('Version', this.settings.version, 'Version of irsa-auditor');
    output('StateMachineArn', stateMachine.stateMachineArn, 'One execution is one audit');
    output(
      'RunNow',
      `aws stepfunctions start-execution --region ${Aws.REGION} --state-machine-arn ${stateMachine.stateMachineArn}`,
      'Audits now',
    );
    output(
      'ListFindings',
      `npx --no-install irsa-auditor findings list --region ${Aws.REGION} --table ${table.tableName}`,
      'Lists what is open, worst first',
    );
  }
}
