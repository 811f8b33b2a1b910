import { factsOfPartition, partitionOf } from '../model.ts';

/** Links into the AWS console for what lies in a region. */
interface ConsoleLinks {
  stateMachine(arn: string): string;
  /** One execution of a state machine, by its name. */
  execution(stateMachineArn: string, name: string): string;
  object(bucket: string, key: string): string;
  /** The form that makes or changes a stack from a template. */
  stack(templateURL: string, stackName: string): string;
}

/** The links of a region; undefined where the console's address is not known: no link is better than a wrong one. */
export const consoleLinks = (region: string): ConsoleLinks | undefined => {
  const domain = factsOfPartition(partitionOf(region))?.console;
  if (domain === undefined) return undefined;
  const base = `https://${region}.${domain}`;
  const states = `${base}/states/home?region=${region}#`;
  return {
    stateMachine: arn => `${states}/statemachines/view/${arn}`,
    execution: (stateMachineArn, name) =>
      `${states}/v2/executions/details/${stateMachineArn.replace(':stateMachine:', ':execution:')}:${encodeURIComponent(name)}`,
    object: (bucket, key) => `${base}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(key)}`,
    stack: (templateURL, stackName) =>
      `${base}/cloudformation/home?region=${region}#/stacks/create/review?${new URLSearchParams({ templateURL, stackName })}`,
  };
};
