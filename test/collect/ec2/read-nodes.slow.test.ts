import { describe, expect, test } from '@jest/globals';
import { readNodes } from '../../../lib/collect/ec2/read-nodes.ts';
import { against } from '../../support/answering-aws.ts';

const instance = (id: string, options: string, tags: string): string =>
  `<item><instanceId>${id}</instanceId><metadataOptions>${options}</metadataOptions><tagSet>${tags}</tagSet></item>`;
const tag = (key: string, value: string): string => `<item><key>${key}</key><value>${value}</value></item>`;
const options = (hops: number, tokens: string): string =>
  `<state>applied</state><httpTokens>${tokens}</httpTokens><httpPutResponseHopLimit>${hops}</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint>`;
const page = (instances: string, token = ''): string =>
  `<?xml version="1.0"?><DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><reservationSet>${
    instances === '' ? '' : `<item><instancesSet>${instances}</instancesSet></item>`
  }</reservationSet>${token === '' ? '' : `<nextToken>${token}</nextToken>`}</DescribeInstancesResponse>`;
const refusal = (code: string): string =>
  `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>not today</Message></Error></Errors></Response>`;

const read = (answer: Parameters<typeof against>[0], status?: number) =>
  against(answer, clients => readNodes(clients.ec2('eu-west-1'), 'shop'), status);

describe('the metadata options of nodes', () => {
  test('of all pages, by the place where they are set', async () => {
    const bodies: string[] = [];
    const section = await read(({ body, nth }) => {
      bodies.push(body);
      const karpenter = tag('karpenter.k8s.aws/ec2nodeclass', 'default');
      return nth === 1
        ? page(
            instance('i-1', options(2, 'required'), karpenter) + instance('i-2', options(2, 'required'), karpenter),
            'next',
          )
        : page(instance('i-3', options(1, 'optional'), tag('Name', 'x')));
    });
    expect(section).toEqual({
      status: 'complete',
      value: [
        { kind: 'EC2NodeClass default', hopLimit: 2, tokensRequired: true, enabled: true, nodes: 2 },
        { kind: 'instance i-3', hopLimit: 1, tokensRequired: false, enabled: true, nodes: 1 },
      ],
    });
    expect(bodies.map(body => new URLSearchParams(body).get('NextToken'))).toEqual([null, 'next']);
    expect(new URLSearchParams(bodies[0]).get('Filter.1.Value.1')).toBe('kubernetes.io/cluster/shop');
  });

  test('are empty for a cluster without nodes', async () => {
    expect(await read(() => page(''))).toEqual({ status: 'complete', value: [] });
  });

  test.each(['UnauthorizedOperation', 'AccessDenied'])('are as if nobody had asked after %s', async code => {
    const section = await read(() => refusal(code), 403);
    expect(section).toMatchObject({ status: 'unavailable', reason: { kind: 'not-asked-for' } });
  });

  test.each([
    ['no XML', 'gateway error', 200],
    [
      'another answer',
      '<DescribeInstancesResponse><reservationSet><item>x</item></reservationSet></DescribeInstancesResponse>',
      200,
    ],
    ['a hop limit out of range', page(instance('i-1', options(900, 'required'), '')), 200],
    ['an error without a form', '<html>no</html>', 500],
  ])('are unavailable for %s', async (_, answer, status) => {
    expect(await read(() => answer, status)).toMatchObject({
      status: 'unavailable',
      reason: { kind: expect.not.stringMatching(/^(not-asked-for|denied)$/) },
    });
  });

  test('an answer that never ends is given up', async () => {
    expect(await read(() => page('', 'again'))).toMatchObject({ reason: { kind: 'too-large' } });
  });
});
