import { AssumeRoleWithWebIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import type { Unread } from '../../core/model/collected.ts';
import { unreadFromError } from '../unread-from-error.ts';

/** The shortest session that STS gives, in seconds. */
const shortestSession = 900;
const answer = z.object({ AssumedRoleUser: z.object({ Arn: z.string() }) });
const refusal = z.object({ name: z.string(), message: z.string() });

/** What came of a token. Credentials are never among it: they are dropped where they arrive. */
export type Assumed =
  | { readonly ok: true; readonly sessionArn: string }
  /** `words`: STS's own, `<code>: <message>`, as a pod would log them. */
  | { readonly ok: false; readonly words: string; readonly reason: Unread };

/** Tries a token on a role, as a pod's SDK does, for the shortest session. */
export const assumeWithToken = async (sts: STSClient, roleArn: string, token: string): Promise<Assumed> => {
  try {
    const { AssumedRoleUser } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: 'irsa-auditor-prove',
        WebIdentityToken: token,
        DurationSeconds: shortestSession,
      }),
    );
    return { ok: true, sessionArn: answer.parse({ AssumedRoleUser }).AssumedRoleUser.Arn };
  } catch (error) {
    const said = refusal.safeParse(error);
    const words = said.success ? `${said.data.name}: ${said.data.message}` : String(error);
    return { ok: false, words, reason: unreadFromError(error, 'sts:AssumeRoleWithWebIdentity') };
  }
};
