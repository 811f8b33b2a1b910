import { memberOf, type SourceNode, stringOf } from './source-tree.ts';
import type { TemplateScope } from './template-scope.ts';

const clusterTypes: readonly (string | undefined)[] = ['AWS::EKS::Cluster', 'Custom::AWSCDK-EKS-Cluster'];
const providerTypes: readonly (string | undefined)[] = [
  'AWS::IAM::OIDCProvider',
  'Custom::AWSCDKOpenIdConnectProvider',
];

/**
 * The known part of a reference to a resource of the template, with placeholders for the rest: a cluster's issuer URL
 * begins with `https://`, and a provider's ARN ends with its URL without that (AWS::EKS::Cluster and AWS::IAM::OIDCProvider
 * in the CloudFormation reference). `attribute` is undefined for `Ref`; `resolve` resolves a part of the template.
 */
export const knownAttribute = (
  id: string,
  attribute: string | undefined,
  scope: TemplateScope,
  resolve: (node: SourceNode) => SourceNode,
): string | undefined => {
  const resource = scope.resource(id);
  const type = stringOf(memberOf(resource, 'Type'));
  if (clusterTypes.includes(type) && attribute === 'OpenIdConnectIssuerUrl')
    return `https://\${${id}.OpenIdConnectIssuer}`;
  if (!providerTypes.includes(type) || (attribute ?? 'Arn') !== 'Arn') return undefined;
  const url = memberOf(memberOf(resource, 'Properties'), 'Url');
  const issuer = url && stringOf(resolve(url))?.match(/^https:\/\/(.+)$/)?.[1];
  return issuer === undefined ? undefined : `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${issuer}`;
};
