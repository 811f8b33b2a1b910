import type { Call } from './operation.ts';
import type { AwsRequest } from './request.ts';

const named = ['OpenIDConnectProviderArn', 'RoleArn', 'RoleName', 'name', 'clusterName', 'ParentId'];

/** The resource that a call is about, as AWS names it in a refusal and as faults match it. */
export const resourceOf = (call: Call, request: AwsRequest): string => {
  const value = named.map(name => request.input[name]).find(candidate => typeof candidate === 'string');
  const { partition, accountId } = call.account;
  if (typeof value !== 'string') {
    if (request.service === 'eks') return `arn:${partition}:eks:${call.region}:${accountId}:cluster/*`;
    return request.operation === 'ListRoles' ? `arn:${partition}:iam::${accountId}:role/` : '*';
  }
  if (value.startsWith('arn:')) return value;
  if (request.service === 'eks') return `arn:${partition}:eks:${call.region}:${accountId}:cluster/${value}`;
  return request.service === 'iam' ? `arn:${partition}:iam::${accountId}:role/${value}` : value;
};
