/** The place that each form of a kubeconfig names. */
import { expect, test } from '@jest/globals';
import { placeOfContext } from '../../../lib/cli/kubeconfig/context-place.ts';

const placed = (name: string, server: string, args?: readonly string[]) =>
  placeOfContext({
    ...{ name: 'mine', cluster: { name, server } },
    ...(args === undefined ? {} : { user: { name: 'u', exec: { command: 'aws', args } } }),
  } as unknown as Parameters<typeof placeOfContext>[0]);

test.each([
  [
    'the ARN of update-kubeconfig',
    'arn:aws:eks:sa-east-1:908070605040:cluster/tango',
    'https://127.0.0.1:1',
    undefined,
    'sa-east-1',
    '908070605040',
  ],
  [
    'the same in China',
    'arn:aws-cn:eks:cn-northwest-1:908070605040:cluster/tango',
    'https://x',
    undefined,
    'cn-northwest-1',
    '908070605040',
  ],
  ['the endpoint of EKS', 'tango', 'https://0A1B.sk1.me-south-1.eks.amazonaws.com', undefined, 'me-south-1', undefined],
  [
    'the endpoint of a dual-stack cluster',
    'tango',
    'https://0A1B.gr7.ca-west-1.api.aws',
    undefined,
    undefined,
    undefined,
  ],
  ['a dual-stack endpoint of EKS', 'tango', 'https://0A1B.ca-west-1.eks.api.aws', undefined, 'ca-west-1', undefined],
  ['the name that eksctl gives', 'tango.af-south-1.eksctl.io', 'https://x', undefined, 'af-south-1', undefined],
  [
    'the options of the plugin',
    'tango',
    'https://x',
    ['--region', 'il-central-1', 'eks', 'get-token'],
    'il-central-1',
    undefined,
  ],
  ['a tunnel without any of these', 'tango', 'https://127.0.0.1:8443', ['eks', 'get-token'], undefined, undefined],
  [
    'an ARN of another service',
    'arn:aws:iam::908070605040:cluster/tango',
    'https://x',
    undefined,
    undefined,
    undefined,
  ],
] as const)('%s', (_, name, server, args, region, accountId) => {
  expect(placed(name, server, args)).toEqual({
    context: 'mine',
    ...(region === undefined ? {} : { region }),
    ...(accountId === undefined ? {} : { accountId }),
  });
});
