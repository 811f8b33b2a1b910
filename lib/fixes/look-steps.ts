/** Steps that look at an issuer or a cluster and change nothing. */
import type { Step } from '../model/step.ts';
import { awsStep } from './aws-steps.ts';
import { optionWords } from './option-words.ts';

/** Fetches the discovery document of an issuer, with the headers of the answer. */
export const discoveryStep = (url: string): Step => ({
  tool: 'curl',
  args: ['--silent', '--show-error', '--dump-header', '-', '--', `${url}/.well-known/openid-configuration`],
  target: {},
});

/** Shows the certificates that a server (`host` or `host:port`) sends. */
export const certificatesStep = (host: string): Step => {
  const [name = '', port = '443'] = host.split(':');
  return {
    tool: 'openssl',
    args: ['s_client', '-showcerts', '-servername', name, '-connect', `${name}:${port}`],
    target: {},
    input: '',
  };
};

/** A cluster as EKS names it. */
interface NamedCluster {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
}

/** Shows a part of what EKS says of a cluster; `query` as the AWS CLI takes it. */
export const describeCluster = ({ name, region, accountId }: NamedCluster, query: string): Step =>
  awsStep(
    ['eks', 'describe-cluster', ...optionWords('--name', name), ...optionWords('--region', region), '--query', query],
    { accountId, region, clusterName: name },
  );

/** Shows the calls for roles of service accounts that CloudTrail kept of a region. */
export const refusedCalls = (accountId: string, region: string): Step =>
  awsStep(
    [
      ...['cloudtrail', 'lookup-events', ...optionWords('--region', region), '--max-results', '50'],
      ...['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity'],
    ],
    { accountId, region },
  );
