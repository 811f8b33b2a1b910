/** The ARNs of the resources that the ways need (Service Authorization Reference; compared with it in
 *  test/reach/ways-and-actions.test.ts). */
const arn = (service: string, resource: string): string =>
  `arn:\${Partition}:${service}:\${Region}:\${Account}:${resource}`;

export const shapes = {
  role: `arn:\${Partition}:iam::\${Account}:role/\${RoleNameWithPath}`,
  user: `arn:\${Partition}:iam::\${Account}:user/\${UserNameWithPath}`,
  group: `arn:\${Partition}:iam::\${Account}:group/\${GroupNameWithPath}`,
  service: arn('apprunner', `service/\${ServiceName}/\${ServiceId}`),
  interpreter: arn('bedrock-agentcore', `code-interpreter-custom/\${CodeInterpreterId}`),
  accessEntry: arn(
    'eks',
    `access-entry/\${ClusterName}/\${IamIdentityType}/\${IamIdentityAccountID}/\${IamIdentityName}/\${UUID}`,
  ),
  eksCluster: arn('eks', `cluster/\${ClusterName}`),
  stack: arn('cloudformation', `stack/\${StackName}/\${Id}`),
  stackSet: arn('cloudformation', `stackset/\${StackSetName}:\${Id}`),
  project: arn('codebuild', `project/\${ProjectName}`),
  pipeline: arn('datapipeline', `pipeline/\${PipelineId}`),
  image: `arn:\${Partition}:ec2:\${Region}::image/\${ImageId}`,
  instance: arn('ec2', `instance/\${InstanceId}`),
  networkInterface: arn('ec2', `network-interface/\${NetworkInterfaceId}`),
  securityGroup: arn('ec2', `security-group/\${SecurityGroupId}`),
  subnet: arn('ec2', `subnet/\${SubnetId}`),
  volume: arn('ec2', `volume/\${VolumeId}`),
  spotRequest: arn('ec2', `spot-instances-request/\${SpotInstanceRequestId}`),
  launchTemplate: arn('ec2', `launch-template/\${LaunchTemplateId}`),
  ecsCluster: arn('ecs', `cluster/\${ClusterName}`),
  taskDefinition: arn('ecs', `task-definition/\${TaskDefinitionFamilyName}:\${TaskDefinitionRevisionNumber}`),
  ecsService: arn('ecs', `service/\${ClusterName}/\${ServiceName}`),
  devEndpoint: arn('glue', `devEndpoint/\${DevEndpointName}`),
  job: arn('glue', `job/\${JobName}`),
  trigger: arn('glue', `trigger/\${TriggerName}`),
  function: arn('lambda', `function:\${FunctionName}`),
  notebook: arn('sagemaker', `notebook-instance/\${NotebookInstanceName}`),
  notebookConfig: arn('sagemaker', `notebook-instance-lifecycle-config/\${NotebookInstanceLifecycleConfigName}`),
  trainingJob: arn('sagemaker', `training-job/\${TrainingJobName}`),
  processingJob: arn('sagemaker', `processing-job/\${ProcessingJobName}`),
  document: arn('ssm', `document/\${DocumentName}`),
  /** A document of AWS that runs a command: it is of no account. */
  runCommand: `arn:\${Partition}:ssm:\${Region}::document/AWS-RunShellScript`,
} as const;
