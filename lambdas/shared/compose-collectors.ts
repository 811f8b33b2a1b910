import type { ControlPolicyReader, OrganizationReader } from '../../lib/audit/target.ts';
import { awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import { type AwsClients, awsClients } from '../../lib/collect/clients.ts';
import { eksClusterReader } from '../../lib/collect/kubernetes/eks-cluster-reader.ts';
import { awsTargetSource } from '../../lib/collect/targets/aws-target-source.ts';
import { organizationsControlPolicyReader } from '../../lib/collect/targets/control-policies.ts';
import { organizationReader } from '../../lib/collect/targets/organization.ts';
import { accountChoices } from '../../lib/config/choices-read.ts';
import { configuration, env } from './compose-configuration.ts';
import { once } from './once.ts';
import { clusterChoices, controlPolicyChoices, organizationChoice, targetChoices } from './reading-choices.ts';

/** The auditor's own clients; member accounts' are made from them. One counter of calls for the whole invocation. */
export const clients = /* @__PURE__ */ once((): AwsClients => awsClients({ region: env().region }));

/** Lists the accounts of the configuration. */
export const targets = /* @__PURE__ */ once(() => {
  const { choice, options } = targetChoices(configuration(), env().region);
  return awsTargetSource(clients(), choice, options);
});

/** Reads the organization's control policies, where the configuration asks for them. */
export const controlPolicies = /* @__PURE__ */ once((): { readonly controlPolicies?: ControlPolicyReader } => {
  const choices = controlPolicyChoices(configuration());
  if (choices === undefined) return {};
  return { controlPolicies: organizationsControlPolicyReader(clients().organizations(), choices.areMembers, choices) };
});

/** Reads which organization it is, where the accounts are an organization's. */
export const organization = /* @__PURE__ */ once((): { readonly organization?: OrganizationReader } => {
  const filter = organizationChoice(configuration());
  return filter === undefined ? {} : { organization: organizationReader(clients().organizations(), filter) };
});

/** Reads one account through the AWS API. */
export const accounts = /* @__PURE__ */ once(() =>
  awsAccountReader(clients(), {
    allRegions: configuration().regions === 'all',
    accountAlias: true,
    ...accountChoices(configuration()),
  }),
);

/** Reads the inside of clusters. Made for each invocation: it keeps the credentials of the role it assumes, and a
 *  warm function outlives them. */
export const clusters = () =>
  eksClusterReader({ clients: clients(), now: Date.now, ...clusterChoices(configuration()) });
