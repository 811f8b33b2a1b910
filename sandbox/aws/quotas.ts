import { AwsFault, count, type Operations, text } from './operation.ts';

/** IAM's quotas as IAM itself says them: of providers it says how many there are (IAM API Reference). */
export const summaryOperations: Operations = {
  GetAccountSummary: ({ account }) => ({
    SummaryMap: new Map([
      ...Object.entries(usualSummary),
      ['Roles', account.roles.length],
      ['Providers', account.providers.length],
      ['AssumeRolePolicySizeQuota', account.quotas?.trustPolicyLength ?? 2048],
    ]),
  }),
};

/** The rest of the summary, as an account has it in which nothing was raised (IAM User Guide, "IAM and AWS STS quotas"). */
const usualSummary: Readonly<Record<string, number>> = {
  ...{ Users: 0, UsersQuota: 5000, Groups: 0, GroupsQuota: 300, GroupsPerUserQuota: 10, RolesQuota: 1000 },
  ...{
    Policies: 0,
    PoliciesQuota: 1500,
    PolicySizeQuota: 6144,
    PolicyVersionsInUse: 0,
    PolicyVersionsInUseQuota: 10000,
  },
  ...{ VersionsPerPolicyQuota: 5, UserPolicySizeQuota: 2048, GroupPolicySizeQuota: 5120, RolePolicySizeQuota: 10240 },
  ...{ AttachedPoliciesPerUserQuota: 10, AttachedPoliciesPerGroupQuota: 10, AttachedPoliciesPerRoleQuota: 10 },
  ...{ InstanceProfiles: 0, InstanceProfilesQuota: 1000, ServerCertificates: 0, ServerCertificatesQuota: 20 },
  ...{ AccessKeysPerUserQuota: 2, SigningCertificatesPerUserQuota: 2, MFADevices: 0, MFADevicesInUse: 0 },
  ...{ AccountMFAEnabled: 1, AccountAccessKeysPresent: 0, AccountPasswordPresent: 1 },
  ...{ AccountSigningCertificatesPresent: 0, GlobalEndpointTokenVersion: 1 },
};

/** Defaults by service and code (IAM User Guide, "IAM and AWS STS quotas"; Lambda Developer Guide, "Lambda quotas"). */
const defaults: Readonly<Record<string, number>> = {
  'iam L-858F3967': 100,
  'iam L-C07B4B0D': 2048,
  'lambda L-B99A9384': 1000,
};

/** Service Quotas: those of IAM, in its home region alone. A request is granted at once. */
export const quotaOperations: Operations = {
  RequestServiceQuotaIncrease: call => {
    const quotas = call.account.quotas ?? { oidcProviders: 100, trustPolicyLength: 2048 };
    const [code, wanted] = [text(call, 'QuotaCode'), count(call, 'DesiredValue', 0, 100_000)];
    call.account.quotas = {
      ...quotas,
      ...(code === 'L-858F3967' ? { oidcProviders: wanted } : {}),
      ...(code === 'L-C07B4B0D' ? { trustPolicyLength: wanted } : {}),
    };
    return { RequestedQuota: { ServiceCode: 'iam', QuotaCode: code, DesiredValue: wanted, Status: 'APPROVED' } };
  },
  GetAWSDefaultServiceQuota: call => {
    const [service, code] = [text(call, 'ServiceCode'), text(call, 'QuotaCode')];
    const value = defaults[`${service} ${code}`];
    if (value === undefined)
      throw new AwsFault('NoSuchResourceException', 'The request failed because the specified service does not exist.');
    return { Quota: { ServiceCode: service, QuotaCode: code, Value: value, Unit: 'None' } };
  },
  GetServiceQuota: call => {
    const quotas = call.account.quotas ?? { oidcProviders: 100, trustPolicyLength: 2048 };
    const known: Readonly<Record<string, number>> = {
      'L-858F3967': quotas.oidcProviders,
      'L-C07B4B0D': quotas.trustPolicyLength,
    };
    const home = call.account.partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1';
    const [service, code] = [text(call, 'ServiceCode'), text(call, 'QuotaCode')];
    const value = service === 'iam' && call.region === home ? known[code] : undefined;
    if (value === undefined)
      throw new AwsFault('NoSuchResourceException', 'The request failed because the specified service does not exist.');
    return { Quota: { ServiceCode: service, QuotaCode: code, Value: value, Unit: 'None', GlobalQuota: true } };
  },
};
