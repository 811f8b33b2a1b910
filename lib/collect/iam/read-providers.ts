import {
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import * as z from 'zod';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  type Collected,
  complete,
  type Gap,
  type Provider,
  type ProviderDetail,
  unavailable,
  withGaps,
} from '../../model.ts';
import { given } from '../../text.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldName, worldText } from '../world-text.ts';
import { readLookingAgain, type SecondLook } from './look-again.ts';

const listOperation = 'iam:ListOpenIDConnectProviders';
const getOperation = 'iam:GetOpenIDConnectProvider';

/** The list is not paged and has at most 700 entries (IAM quotas page). */
const listAnswer = z.object({ OpenIDConnectProviderList: z.array(z.object({ Arn: requiredText })).max(10_000) });
const detailAnswer = z.object({
  Url: requiredText,
  ClientIDList: z.array(worldText).default([]),
  ThumbprintList: z.array(worldName).default([]),
  CreateDate: z.date().optional(),
  Tags: z.array(z.object({ Key: worldText, Value: worldText })).default([]),
});

/**
 * The account's OIDC providers: one call for the list, two where it lacks what an earlier one had, and one for each
 * detail. A detail that fails leaves its provider in the list with the reason, and is a gap of the section.
 */
export const readProviders = async (
  iam: IAMClient,
  concurrency: number,
  look: SecondLook,
): Promise<Collected<readonly Provider[]>> => {
  const arns = await readLookingAgain(
    () => listProviders(iam),
    arn => arn,
    look,
  );
  if (arns.status === 'unavailable') return arns;
  const providers = await inParallel(arns.value, concurrency, async arn => ({
    arn,
    detail: await readProvider(iam, arn),
  }));
  const gaps: readonly Gap[] = providers.flatMap(({ arn, detail }) =>
    detail.status === 'unavailable' ? [{ what: arn, reason: detail.reason }] : [],
  );
  return withGaps(providers, [...(arns.status === 'partial' ? arns.gaps : []), ...gaps]);
};

const listProviders = async (iam: IAMClient): Promise<Collected<readonly string[]>> => {
  try {
    const answer = listAnswer.safeParse(await iam.send(new ListOpenIDConnectProvidersCommand({})));
    if (!answer.success) return unavailable(invalidAnswer(listOperation, 'the answer has no list of provider ARNs'));
    return complete(answer.data.OpenIDConnectProviderList.map(({ Arn }) => Arn));
  } catch (error) {
    return unavailable(readFailureFromError(error, listOperation));
  }
};

/** One provider by its ARN. One that does not exist is `not-found`. */
export const readProvider = async (iam: IAMClient, arn: string): Promise<Collected<ProviderDetail>> => {
  try {
    const answer = detailAnswer.safeParse(
      await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
    );
    if (!answer.success) return unavailable(invalidAnswer(getOperation, `the answer for ${arn} has no URL`));
    const { Url, ClientIDList, ThumbprintList, CreateDate, Tags } = answer.data;
    return complete({
      url: Url,
      audiences: ClientIDList,
      thumbprints: ThumbprintList,
      ...given({ createdAt: CreateDate?.toISOString() }),
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    });
  } catch (error) {
    return unavailable(readFailureFromError(error, getOperation));
  }
};
