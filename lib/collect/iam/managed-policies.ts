/** The texts of AWS's own managed policies: the same in all accounts, so that each version is read once. */
import { GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { inParallel } from '../../kit/in-parallel.ts';
import { type Collected, complete, unavailable } from '../../model.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { worldName, worldPolicy } from '../world-text.ts';
import { policyText } from './policy-text.ts';

/** Texts that were read, by ARN, with their version and the run that asked for it last. */
export type ManagedPolicyCache = Map<string, { readonly version: string; readonly text: string; readonly run: string }>;

const versionAnswer = z.object({ Policy: z.object({ DefaultVersionId: worldName }) });
const textAnswer = z.object({ PolicyVersion: z.object({ Document: worldPolicy }) });

/** Policies that are kept: AWS has some 1,500. */
const maxKept = 2000;

/** The texts of these policies. In one run the version of each is asked for once, and its text where the version is new. */
export const readManagedPolicies = async (
  iam: IAMClient,
  arns: readonly string[],
  run: string,
  cache: ManagedPolicyCache,
  concurrency: number,
): Promise<Readonly<Record<string, Collected<string>>>> =>
  Object.fromEntries(
    await inParallel(arns, concurrency, async arn => [arn, await readManagedPolicy(iam, arn, run, cache)] as const),
  );

const readManagedPolicy = async (
  iam: IAMClient,
  arn: string,
  run: string,
  cache: ManagedPolicyCache,
): Promise<Collected<string>> => {
  const known = cache.get(arn);
  if (known?.run === run) return complete(known.text);
  let operation = 'iam:GetPolicy';
  try {
    const policy = versionAnswer.safeParse(await iam.send(new GetPolicyCommand({ PolicyArn: arn })));
    if (!policy.success) return unavailable(invalidAnswer(operation, `the answer for ${arn} is not a policy`));
    const version = policy.data.Policy.DefaultVersionId;
    if (known?.version === version) return keep(cache, arn, { ...known, run });
    operation = 'iam:GetPolicyVersion';
    const answer = textAnswer.safeParse(
      await iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version })),
    );
    if (!answer.success) return unavailable(invalidAnswer(operation, `the answer for ${arn} has no document`));
    return keep(cache, arn, { version, text: policyText(answer.data.PolicyVersion.Document), run });
  } catch (error) {
    return unavailable(readFailureFromError(error, operation));
  }
};

const keep = (
  cache: ManagedPolicyCache,
  arn: string,
  entry: { readonly version: string; readonly text: string; readonly run: string },
): Collected<string> => {
  if (cache.size >= maxKept && !cache.has(arn)) cache.clear();
  cache.set(arn, entry);
  return complete(entry.text);
};
