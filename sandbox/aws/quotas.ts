import { AwsFault, type Operations, text } from './operation.ts';

/** IAM's quotas as IAM itself says them: of providers it says how many there are (IAM API Reference). */
export const summaryOperations: Operations = {
  GetAccountSummary: ({ account }) => ({
    SummaryMap: new Map([
      ['Roles', account.roles.length],
      ['Providers', account.providers.length],
      ['AssumeRolePolicySizeQuota', account.quotas?.trustPolicyLength ?? 2048],
    ]),
  }),
};

/** Service Quotas: those of IAM, in its home region alone. */
export const quotaOperations: Operations = {
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
