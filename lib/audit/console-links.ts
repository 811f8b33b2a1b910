import { partitionOf } from '../model/arn.ts';

/** The console's domain by partition (AWS General Reference, "AWS Management Console endpoints and quotas", and its
 *  editions for China, GovCloud and the European Sovereign Cloud). Of the others nothing is published. */
const domains: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** Links into the AWS console for what lies in a region. */
export interface ConsoleLinks {
  stateMachine(arn: string): string;
  /** One execution of a state machine, by its name. */
  execution(stateMachineArn: string, name: string): string;
  object(bucket: string, key: string): string;
}

/** The links of a region; undefined where the console's address is not known: no link is better than a wrong one. */
export const consoleLinks = (region: string): ConsoleLinks | undefined => {
  const domain = domains[partitionOf(region)];
  if (domain === undefined) return undefined;
  const base = `https://${region}.${domain}`;
  const states = `${base}/states/home?region=${region}#`;
  return {
    stateMachine: arn => `${states}/statemachines/view/${arn}`,
    execution: (stateMachineArn, name) =>
      `${states}/v2/executions/details/${stateMachineArn.replace(':stateMachine:', ':execution:')}:${encodeURIComponent(name)}`,
    object: (bucket, key) => `${base}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(key)}`,
  };
};
