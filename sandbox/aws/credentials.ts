import { given } from '../../lib/text.ts';
/**
 * The sandbox's access keys: 20 characters as AWS's are, with the account's id inside, so that a request belongs to an
 * account without any state. Their secrets are no secrets and signatures are not checked.
 */

/** Credentials in the SDK's shape. */
export interface SandboxCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const secret = 'sandbox-sandbox-sandbox-sandbox-sandbox0';

/** Long-lived credentials of an account. */
export const sandboxCredentials = (accountId: string): SandboxCredentials => ({
  accessKeyId: `AKIA${accountId}SBOX`,
  secretAccessKey: secret,
});

/** The credentials that AssumeRole hands out: the role's name travels in the session token. */
export const sessionCredentials = (accountId: string, role: string, session: string): Required<SandboxCredentials> => ({
  accessKeyId: `ASIA${accountId}SBOX`,
  secretAccessKey: secret,
  sessionToken: Buffer.from(JSON.stringify([role, session])).toString('base64'),
});

/** Keys that AWS would refuse, for trying out what the auditor then says. */
export const expiredCredentials: Required<SandboxCredentials> = {
  accessKeyId: 'ASIAEXPIREDEXPIRED00',
  secretAccessKey: secret,
  sessionToken: 'expired',
};
export const unknownCredentials: SandboxCredentials = { accessKeyId: 'AKIAUNKNOWNUNKNOWN00', secretAccessKey: secret };

/** Who a key and session token stand for. Any other key is the sandbox's own user: `aws` works with what is at hand. */
export const callerOf = (
  accessKeyId: string | undefined,
  sessionToken: string | undefined,
):
  | { readonly accountId?: string; readonly session?: readonly [role: string, name: string] }
  | 'expired'
  | 'unknown' => {
  if (accessKeyId === expiredCredentials.accessKeyId) return 'expired';
  if (accessKeyId === unknownCredentials.accessKeyId) return 'unknown';
  const accountId = /^A[KS]IA(\d{12})/.exec(accessKeyId ?? '')?.[1];
  const session = sessionOf(sessionToken);
  return given({ accountId, session });
};

const sessionOf = (token: string | undefined): readonly [string, string] | undefined => {
  if (token === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (!Array.isArray(parsed)) return undefined;
    const [role, name]: unknown[] = parsed;
    return typeof role === 'string' && typeof name === 'string' ? [role, name] : undefined;
  } catch {
    return undefined;
  }
};
