/** Ways through services that run as a role (facts: pathfinding.cloud, Apache-2.0; on which resource: Service
 *  Authorization Reference). */
import { shapes as of } from './shapes.ts';
import type { ActionNeed, On, Way } from './way.ts';

const pass: ActionNeed = { action: 'iam:PassRole', on: 'role' };
const on = (action: string, where: On): ActionNeed => ({ action, on: where });

type More = Pick<Way, 'inProfile' | 'depends'>;

const makes = (id: string, services: readonly string[], needs: readonly ActionNeed[], more: More = {}): Way => ({
  id,
  kind: 'new-passrole',
  services,
  needs: [pass, ...needs],
  ...more,
});

const takes = (id: string, service: string, what: string, needs: readonly ActionNeed[], more: More = {}): Way => ({
  id,
  kind: 'existing-passrole',
  services: [service],
  needs,
  depends: `whether ${what} runs as it is not read`,
  ...more,
});

const appRunner = 'tasks.apprunner.amazonaws.com';
const agentCore = 'bedrock-agentcore.amazonaws.com';
const formation = 'cloudformation.amazonaws.com';
const build = 'codebuild.amazonaws.com';
const ec2 = 'ec2.amazonaws.com';
const tasks = 'ecs-tasks.amazonaws.com';
const glue = 'glue.amazonaws.com';
const lambda = 'lambda.amazonaws.com';
const sageMaker = 'sagemaker.amazonaws.com';

const createFunction = on('lambda:CreateFunction', [of.function]);
const updateCode = on('lambda:UpdateFunctionCode', [of.function]);
const register = on('ecs:RegisterTaskDefinition', [of.taskDefinition]);
const inProfile = { inProfile: true } as const;
const inCluster = { depends: 'whether there is an ECS cluster is not read' };
const onJob = { depends: 'whether there is such a job is not read' };

/** Ways through something that is made and runs as the role that it is given. */
const newWays: readonly Way[] = [
  makes('lambda-001', [lambda], [createFunction, on('lambda:InvokeFunction', [of.function])]),
  makes('lambda-006', [lambda], [createFunction, on('lambda:AddPermission', [of.function])]),
  makes('lambda-002', [lambda], [createFunction, on('lambda:CreateEventSourceMapping', 'everything')], {
    depends: 'whether there is an event source that the role may read is not read',
  }),
  makes('ec2-001', [ec2], [on('ec2:RunInstances', instanceParts())], inProfile),
  makes('ec2-003', [ec2], [on('ec2:RequestSpotInstances', [of.spotRequest])], inProfile),
  makes(
    'ecs-001',
    [tasks],
    [on('ecs:CreateCluster', [of.ecsCluster]), register, on('ecs:CreateService', [of.ecsService])],
  ),
  makes(
    'ecs-002',
    [tasks],
    [on('ecs:CreateCluster', [of.ecsCluster]), register, on('ecs:RunTask', [of.taskDefinition])],
  ),
  makes('ecs-003', [tasks], [register, on('ecs:CreateService', [of.ecsService])], inCluster),
  makes('ecs-004', [tasks], [register, on('ecs:RunTask', [of.taskDefinition])], inCluster),
  makes('ecs-005', [tasks], [register, on('ecs:StartTask', [of.taskDefinition])], {
    depends: 'whether there is an ECS cluster with a container instance is not read',
  }),
  makes('cloudformation-001', [formation], [on('cloudformation:CreateStack', [of.stack])]),
  makes(
    'cloudformation-003',
    [formation],
    [on('cloudformation:CreateStackSet', 'everything'), on('cloudformation:CreateStackInstances', [of.stackSet])],
  ),
  makes('cloudformation-004', [formation], [on('cloudformation:UpdateStackSet', [of.stackSet])], {
    depends: 'whether there is a stack set with instances is not read',
  }),
  makes(
    'codebuild-001',
    [build],
    [on('codebuild:CreateProject', [of.project]), on('codebuild:StartBuild', [of.project])],
  ),
  makes(
    'codebuild-004',
    [build],
    [on('codebuild:CreateProject', [of.project]), on('codebuild:StartBuildBatch', [of.project])],
  ),
  makes(
    'datapipeline-001',
    ['datapipeline.amazonaws.com', 'elasticmapreduce.amazonaws.com'],
    [
      on('datapipeline:CreatePipeline', 'everything'),
      on('datapipeline:PutPipelineDefinition', [of.pipeline]),
      on('datapipeline:ActivatePipeline', [of.pipeline]),
    ],
  ),
  makes('glue-001', [glue], [on('glue:CreateDevEndpoint', 'everything')]),
  makes('glue-003', [glue], [on('glue:CreateJob', [of.job]), on('glue:StartJobRun', [of.job])]),
  makes('glue-004', [glue], [on('glue:CreateJob', [of.job]), on('glue:CreateTrigger', [of.trigger])]),
  makes('glue-005', [glue], [on('glue:UpdateJob', [of.job]), on('glue:StartJobRun', [of.job])], onJob),
  makes('glue-006', [glue], [on('glue:UpdateJob', [of.job]), on('glue:CreateTrigger', [of.trigger])], onJob),
  makes('sagemaker-001', [sageMaker], [on('sagemaker:CreateNotebookInstance', [of.notebook])]),
  makes('sagemaker-002', [sageMaker], [on('sagemaker:CreateTrainingJob', [of.trainingJob])]),
  makes('sagemaker-003', [sageMaker], [on('sagemaker:CreateProcessingJob', [of.processingJob])]),
  makes('apprunner-001', [appRunner], [on('apprunner:CreateService', [of.service])]),
  makes(
    'bedrock-001',
    [agentCore],
    [
      on('bedrock-agentcore:CreateCodeInterpreter', 'everything'),
      on('bedrock-agentcore:StartCodeInterpreterSession', [of.interpreter]),
      on('bedrock-agentcore:InvokeCodeInterpreter', [of.interpreter]),
    ],
  ),
];

/** Ways through something that the catalogue does not have: what runs is the caller's own choice (facts: AWS Glue, interactive
 *  sessions; Step Functions, SDK integrations; EventBridge Scheduler, universal targets; EMR Serverless, job runtime roles; IAM
 *  Roles Anywhere, trust anchors and profiles; Braket, hybrid jobs; Systems Manager, `aws:executeAwsApi`; Amazon ECS, `taskRoleArn`
 *  of the overrides of a task, ECS Exec; IAM, instance profiles). */
export const furtherWays: readonly Way[] = [
  makes('glue-session', [glue], [on('glue:CreateSession', [of.session]), on('glue:RunStatement', [of.session])]),
  makes(
    'states-machine',
    ['states.amazonaws.com'],
    [on('states:CreateStateMachine', [of.stateMachine]), on('states:StartExecution', [of.stateMachine])],
  ),
  makes('scheduler-schedule', ['scheduler.amazonaws.com'], [on('scheduler:CreateSchedule', [of.schedule])]),
  makes(
    'emr-serverless-job',
    ['emr-serverless.amazonaws.com'],
    [on('emr-serverless:CreateApplication', 'everything'), on('emr-serverless:StartJobRun', [of.application])],
  ),
  makes(
    'roles-anywhere',
    ['rolesanywhere.amazonaws.com'],
    ['rolesanywhere:CreateTrustAnchor', 'rolesanywhere:CreateProfile'].map(action => on(action, 'everything')),
  ),
  makes('braket-job', ['braket.amazonaws.com'], [on('braket:CreateJob', [of.device, of.hybridJob])]),
  makes(
    'ssm-automation',
    ['ssm.amazonaws.com'],
    [on('ssm:CreateDocument', [of.document]), on('ssm:StartAutomationExecution', [of.document, of.automation])],
  ),
  makes(
    'new-instance-profile',
    [ec2],
    [
      on('iam:CreateInstanceProfile', [of.instanceProfile]),
      on('iam:AddRoleToInstanceProfile', [of.instanceProfile]),
      on('ec2:RunInstances', instanceParts()),
    ],
  ),
  makes('ecs-run-task', [tasks], [on('ecs:RunTask', [of.taskDefinition])], {
    depends: 'whether there is a task definition, and an ECS cluster, is not read',
  }),
  makes('ecs-start-task', [tasks], [on('ecs:StartTask', [of.taskDefinition])], {
    depends: 'whether there is a task definition, and an ECS cluster with a container instance, is not read',
  }),
  takes('ecs-execute-command', tasks, 'a task with ECS Exec', [on('ecs:ExecuteCommand', [of.ecsCluster, of.ecsTask])]),
];

/** RunInstances is asked for each of these (Service Authorization Reference: required). */
function instanceParts(): On {
  return [of.instance, of.image, of.networkInterface, of.securityGroup, of.subnet, of.volume];
}

/** Ways through something that runs as a role already. */
const existingWays: readonly Way[] = [
  takes('lambda-004', lambda, 'a function', [updateCode, on('lambda:InvokeFunction', [of.function])]),
  takes('lambda-005', lambda, 'a function', [updateCode, on('lambda:AddPermission', [of.function])]),
  takes('lambda-003', lambda, 'a function that something invokes', [updateCode]),
  takes('ssm-001', ec2, 'an instance with the SSM agent', [on('ssm:StartSession', [of.instance])], inProfile),
  takes(
    'ssm-002',
    ec2,
    'an instance with the SSM agent',
    [on('ssm:SendCommand', [[of.runCommand, of.document], of.instance])],
    inProfile,
  ),
  takes(
    'ec2-002',
    ec2,
    'an instance',
    ['ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances'].map(action => on(action, [of.instance])),
    inProfile,
  ),
  takes(
    'ec2-004',
    ec2,
    'an instance of a launch template',
    ['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'].map(action => on(action, [of.launchTemplate])),
    inProfile,
  ),
  takes(
    'ec2instanceconnect-003',
    ec2,
    'an instance that can be reached by SSH',
    [on('ec2-instance-connect:SendSSHPublicKey', [of.instance]), on('ec2:DescribeInstances', 'everything')],
    inProfile,
  ),
  takes('cloudformation-002', formation, 'a stack', [on('cloudformation:UpdateStack', [of.stack])]),
  {
    ...takes(
      'cloudformation-005',
      formation,
      'a stack',
      ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'].map(action => on(action, [of.stack])),
    ),
    kind: 'new-passrole',
  },
  takes('codebuild-002', build, 'a project', [on('codebuild:StartBuild', [of.project])]),
  takes('codebuild-003', build, 'a project with batch builds', [on('codebuild:StartBuildBatch', [of.project])]),
  takes('glue-002', glue, 'a development endpoint', [on('glue:UpdateDevEndpoint', [of.devEndpoint])]),
  takes('sagemaker-004', sageMaker, 'a notebook', [on('sagemaker:CreatePresignedNotebookInstanceUrl', [of.notebook])]),
  takes('sagemaker-005', sageMaker, 'a notebook', [
    on('sagemaker:CreateNotebookInstanceLifecycleConfig', [of.notebookConfig]),
    ...['Stop', 'Update', 'Start'].map(verb => on(`sagemaker:${verb}NotebookInstance`, [of.notebook])),
  ]),
  takes('apprunner-002', appRunner, 'a service', [on('apprunner:UpdateService', [of.service])]),
  takes('bedrock-002', agentCore, 'a code interpreter', [
    on('bedrock-agentcore:StartCodeInterpreterSession', [of.interpreter]),
    on('bedrock-agentcore:InvokeCodeInterpreter', [of.interpreter]),
  ]),
];

/** All of them, in the order in which they are told. */
export const serviceWays: readonly Way[] = [...newWays, ...existingWays];
