import { iamRegionOption } from '../../model/arn.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Fix } from '../../model/finding.ts';
import type { Quota } from '../../model/quotas.ts';
import { hcl } from '../../text/hcl.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';

/** An `aws iam` command with every argument quoted. */
export const iamCommand = (partition: string, operation: string, ...words: readonly string[]): string =>
  `${['aws iam', operation, ...words.map(shellQuote)].join(' ')}${iamRegionOption(partition)}`;

/** The lines of Terraform and CDK that give a provider exactly these audiences. */
export const audienceLines = (audiences: readonly string[]): Pick<Fix, 'terraform' | 'cdk'> => {
  const ts = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  return {
    terraform: `client_id_list = [${audiences.map(hcl).join(', ')}]`,
    cdk: `clientIds: [${audiences.map(ts).join(', ')}]`,
  };
};

/** Changes to a provider are named by its ARN. */
export const onProvider = (arn: string): readonly string[] => ['--open-id-connect-provider-arn', arn];

/** Replaces the whole list of thumbprints: the API knows no other way. */
export const updateThumbprints = (
  partition: string,
  arn: string,
  thumbprints: readonly string[],
): Pick<Fix, 'commands' | 'replaces'> => ({
  commands: [
    iamCommand(
      partition,
      'update-open-id-connect-provider-thumbprint',
      ...onProvider(arn),
      '--thumbprint-list',
      ...thumbprints,
    ),
  ],
  replaces: { kind: 'thumbprints', providerArn: arn },
});

/**
 * Creates the provider of a cluster's issuer. No thumbprint is given: IAM then fetches it itself, and does not consult
 * it for publicly trusted issuers (IAM User Guide, "Create an OpenID Connect identity provider in IAM").
 */
export const createProviderFix = (
  partition: string,
  cluster: Pick<Cluster, 'name' | 'region'>,
  issuer: string,
): Fix => {
  const eksctl = `eksctl utils associate-iam-oidc-provider --cluster ${shellQuote(cluster.name)} --region ${shellQuote(cluster.region)} --approve`;
  return {
    summary: `Create the IAM OIDC provider of the cluster ${cluster.name} (the same with eksctl: ${eksctl}).`,
    commands: [
      iamCommand(partition, 'create-open-id-connect-provider', '--url', issuer, '--client-id-list', defaultAudience),
    ],
    terraform: `resource "aws_iam_openid_connect_provider" "eks" {\n  url            = ${JSON.stringify(issuer)}\n  client_id_list = ["${defaultAudience}"]\n}`,
    cdk: "new eks.OidcProviderNative(this, 'Provider', { url: cluster.clusterOpenIdConnectIssuerUrl })",
  };
};

/** The command that asks for twice a quota, as far as AWS grants it. None where AWS grants no more, nor in other partitions
 *  than aws, of which it is not known where to ask. */
export const raiseQuota = ({ most, code }: Quota, now: number, partition: string): readonly string[] =>
  now < most && partition === 'aws'
    ? [
        `aws service-quotas request-service-quota-increase --region us-east-1 --service-code iam --quota-code ${code} --desired-value ${Math.min(now * 2, most)}`,
      ]
    : [];
