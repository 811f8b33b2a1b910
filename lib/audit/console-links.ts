/** The console's domain by the beginning of a region's name; the partitions are those of the AWS Fault Isolation
 *  Boundaries whitepaper. */
const domains: readonly (readonly [string, string])[] = [
  ['cn-', 'console.amazonaws.cn'],
  ['us-gov-', 'console.amazonaws-us-gov.com'],
];
const commercial = 'console.aws.amazon.com';

/** Links into the AWS console for what lies in a region. */
export const consoleLinks = (region: string) => {
  const domain = domains.find(([prefix]) => region.startsWith(prefix))?.[1] ?? commercial;
  const base = `https://${region}.${domain}`;
  return {
    stateMachine: (arn: string): string => `${base}/states/home?region=${region}#/statemachines/view/${arn}`,
    /** One execution of a state machine, by its name. */
    execution: (stateMachineArn: string, name: string): string =>
      `${base}/states/home?region=${region}#/v2/executions/details/${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
    object: (bucket: string, key: string): string =>
      `${base}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(key)}`,
  };
};
