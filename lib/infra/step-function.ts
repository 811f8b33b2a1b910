import { type IVpc, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  type FunctionOptions,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FunctionName } from '../audit/contract.ts';
import type { PermissionGrant } from './resource-arns.ts';

/** Memory in MiB (CPU grows with it: one full core at 1,769) and the longest run. */
interface Size {
  readonly memory: number;
  readonly timeout: Duration;
}

const small: Size = { memory: 512, timeout: Duration.minutes(5) };
/** Collecting may wait long for a throttled API, notifying for slow destinations; evaluating, indexing and drawing hold
 *  whole snapshots. */
const sizes: Readonly<Record<FunctionName, Size>> = {
  /** Ten thousand accounts are 500 pages, and Organizations limits the calls. */
  'list-targets': { memory: 512, timeout: Duration.minutes(15) },
  'collect-account': { memory: 1024, timeout: Duration.minutes(15) },
  'collect-cluster': { memory: 1024, timeout: Duration.minutes(15) },
  'index-issuers': { memory: 1769, timeout: Duration.minutes(15) },
  'probe-issuers': { memory: 512, timeout: Duration.minutes(15) },
  'evaluate-account': { memory: 1769, timeout: Duration.minutes(15) },
  'notify-drift': { memory: 1024, timeout: Duration.minutes(15) },
  'complete-run': { memory: 1769, timeout: Duration.minutes(15) },
  /** Its queue hides a batch for six times as long. */
  'note-changes': { memory: 512, timeout: Duration.minutes(1) },
  'plan-fast-run': small,
  'overlay-issuers': { memory: 1769, timeout: Duration.minutes(15) },
};

/** Where a function is placed in a network, by ids of what exists. */
interface VpcPlacement {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

interface StepFunctionProps {
  readonly name: string;
  readonly step: FunctionName;
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly PermissionGrant[];
  readonly logRetention: RetentionDays;
  /** Of the app around it; `vpc` of the configuration comes first. */
  readonly network?: Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'>;
  readonly vpc?: VpcPlacement;
}

/** One step's function with a role and a log of its own. The role's name is fixed: member roles trust it by name, access
 *  entries of clusters name it (and keep the id of the role that had the name when they were made). */
export class StepFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: StepFunctionProps) {
    super(scope, id);
    const functionName = `${props.name}-${props.step}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      roleName: functionName,
      description: `irsa-auditor, step ${props.step}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(this.role);
    for (const { actions, resources } of props.grants)
      this.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    const network = props.vpc ? placement(this, props.vpc) : props.network;
    if (network) this.role.addToPolicy(networkInterfaces());
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description: `irsa-auditor: ${props.step}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      memorySize: sizes[props.step].memory,
      timeout: sizes[props.step].timeout,
      environment: { ...props.environment },
      // A run that goes on calls the versions that it began with: a deployment must not take them away. One whose creation is
      // rolled back goes, or the next try would find its number taken.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      ...network,
    });
  }
}

/** The actions that Lambda needs to be in a VPC; EC2 knows no resource for most of them. Source: Lambda Developer
 *  Guide, "Giving Lambda functions access to resources in an Amazon VPC". */
const networkInterfaces = (): PolicyStatement =>
  new PolicyStatement({
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });

const placement = (scope: Construct, vpc: VpcPlacement) => {
  const network: IVpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: vpc.vpcId,
    availabilityZones: vpc.subnetIds.map((_, index) => `zone-${index}`),
    privateSubnetIds: [...vpc.subnetIds],
  });
  return {
    vpc: network,
    vpcSubnets: { subnets: vpc.subnetIds.map((id, index) => Subnet.fromSubnetId(scope, `Subnet${index}`, id)) },
    securityGroups: vpc.securityGroupIds.map((id, index) =>
      SecurityGroup.fromSecurityGroupId(scope, `SecurityGroup${index}`, id, { mutable: false }),
    ),
  };
};

/** The name of a step's Task state: `collect-account` is `CollectAccount`. The local runner overrides states by it. */
export const stateNameOf = (step: FunctionName): string =>
  step
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
