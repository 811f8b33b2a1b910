import { AssumeRoleWithWebIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import type { ReadFailure } from '../../model.ts';
import { valueAt } from '../../text.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';

const operation = 'sts:AssumeRoleWithWebIdentity';
/** The shortest session that STS gives, in seconds. */
const shortestSession = 900;
const answer = z.object({ AssumedRoleUser: z.object({ Arn: z.string() }) });

/** The result of a token. Credentials are never among it: they are dropped where they arrive. */
type Assumed =
  | { readonly ok: true; readonly sessionArn: string }
  /** `words`: STS's own, `<code>: <message>`, as a pod would log them; absent where something else answered, or nothing. */
  | { readonly ok: false; readonly words?: string; readonly reason: ReadFailure };

/** An error of STS has the element Code (AWS STS API Reference, "Common Errors"): the page of a proxy has none. */
const isOfSts = (error: unknown): boolean => typeof valueAt(error, 'Code') === 'string';

/** Tries a token on a role, as a pod's SDK does, for the shortest session. */
export const assumeWithToken = async (sts: STSClient, roleArn: string, token: string): Promise<Assumed> => {
  try {
    const answered = answer.safeParse(
      await sts.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: roleArn,
          RoleSessionName: 'irsa-auditor-prove',
          WebIdentityToken: token,
          DurationSeconds: shortestSession,
        }),
      ),
    );
    if (answered.success) return { ok: true, sessionArn: answered.data.AssumedRoleUser.Arn };
    return {
      ok: false,
      reason: invalidAnswer(operation, 'the answer has no session: something else than STS sent it'),
    };
  } catch (error) {
    const reason = readFailureFromError(error, operation);
    if (isOfSts(error)) return { ok: false, words: String(error), reason };
    const status = valueAt(error, '$metadata', 'httpStatusCode');
    if (status === undefined) return { ok: false, reason };
    const message = `HTTP ${String(status)} without an error of STS: something else answered, such as a proxy`;
    return { ok: false, reason: { kind: 'unreachable', operation, message } };
  }
};
