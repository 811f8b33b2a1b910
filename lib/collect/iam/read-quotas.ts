import { GetAccountSummaryCommand, type IAMClient } from '@aws-sdk/client-iam';
import {
  GetServiceQuotaCommand,
  NoSuchResourceException,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import * as z from 'zod';
import {
  type AccountQuotas,
  type Collected,
  complete,
  factsOfPartition,
  iamQuotas,
  nearFrom,
  notAskedFor,
  type Provider,
  type Quota,
  type Role,
  unavailable,
  valueOr,
  withGaps,
} from '../../model.ts';
import { readFailureFromError } from '../unread-from-error.ts';

/** The quota to ask for, and the count that decides whether it is worth a call. */
interface QuotaQuestion {
  readonly iam: () => IAMClient;
  readonly serviceQuotas: (region: string) => ServiceQuotasClient;
  readonly partition: string;
  readonly providers: Collected<readonly Provider[]>;
  readonly roles: Collected<readonly Role[]>;
}

const summaryOperation = 'iam:GetAccountSummary';
const quotaOperation = 'servicequotas:GetServiceQuota';

/**
 * The quotas that the account may be near to: none is asked for while even the least that an account has is far, which
 * is so for most accounts. At most two calls.
 */
export const readQuotas = async (question: QuotaQuestion): Promise<Collected<AccountQuotas>> => {
  const { trustPolicyLength, oidcProviders } = iamQuotas;
  const longest = valueOr(question.roles, []).reduce((most, { trustPolicy }) => Math.max(most, trustPolicy.length), 0);
  const asked: Partial<Record<keyof AccountQuotas, Promise<Collected<number>>>> = {
    ...(longest < nearFrom(trustPolicyLength.least) ? {} : { trustPolicyLength: readPolicyLength(question.iam()) }),
    ...(valueOr(question.providers, []).length < nearFrom(oidcProviders.least)
      ? {}
      : { oidcProviders: readProviderQuota(question) }),
  };
  const read = await Promise.all(
    Object.entries(asked).map(async ([what, section]) => ({ what, section: await section })),
  );
  if (read.length === 0) return notAskedFor(summaryOperation, 'the account is far from its quotas');
  const values = read.flatMap(({ what, section }) => (section.status === 'unavailable' ? [] : [[what, section.value]]));
  const gaps = read.flatMap(({ what, section }) =>
    section.status === 'unavailable' ? [{ what, reason: section.reason }] : [],
  );
  return withGaps<AccountQuotas>(Object.fromEntries(values), gaps);
};

/** A quota below the least that every account has, or above the most that AWS grants, is no quota. */
const quotaOf = ({ least, most }: Quota) => z.number().int().min(least).max(most);

const summaryAnswer = z.object({
  SummaryMap: z.object({ AssumeRolePolicySizeQuota: quotaOf(iamQuotas.trustPolicyLength) }),
});

const readPolicyLength = async (iam: IAMClient): Promise<Collected<number>> => {
  try {
    const answer = summaryAnswer.parse(await iam.send(new GetAccountSummaryCommand({})));
    return complete(answer.SummaryMap.AssumeRolePolicySizeQuota);
  } catch (error) {
    return unavailable(readFailureFromError(error, summaryOperation));
  }
};

const quotaAnswer = z.object({ Quota: z.object({ Value: quotaOf(iamQuotas.oidcProviders) }) });

/** GetAccountSummary says how many providers there are, not how many there may be. */
const readProviderQuota = async ({ serviceQuotas, partition }: QuotaQuestion): Promise<Collected<number>> => {
  const region = factsOfPartition(partition)?.quotaRegion;
  if (region === undefined)
    return notAskedFor(quotaOperation, `where the partition ${partition} keeps the quotas of IAM is not documented`);
  try {
    const command = new GetServiceQuotaCommand({ ServiceCode: 'iam', QuotaCode: iamQuotas.oidcProviders.code });
    return complete(quotaAnswer.parse(await serviceQuotas(region).send(command)).Quota.Value);
  } catch (error) {
    // The quota that is applied is told only where it was changed: else the default applies (Service Quotas API Reference,
    // `GetServiceQuota`).
    if (error instanceof NoSuchResourceException) return complete(iamQuotas.oidcProviders.least);
    return unavailable(readFailureFromError(error, quotaOperation));
  }
};
