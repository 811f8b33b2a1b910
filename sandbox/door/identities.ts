/** Keys that the door gave out, and their principals. Signatures are not checked; tokens and their expiry are. */
import { randomUUID } from 'node:crypto';
import type { Asked } from './asked.ts';
import { type Principal, principalArn } from './judge.ts';

/** Temporary credentials in the shape of STS. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiration: number;
}

/** The principal of a request; or why its keys are refused, as STS names it. */
export type Caller = Principal | 'ExpiredToken' | 'InvalidClientTokenId';

/** A book of keys. `partition` is that of people; `now` in milliseconds. */
export const identities = (partition: string, now: () => number = Date.now) => {
  const sessions = new Map<string, { readonly principal: Principal; readonly expiration: number }>();
  return {
    /** Keys of a session of a role: of its account, so that the sandbox's own AWS knows it, too. */
    issue: (roleArn: string, session: string, seconds: number): SessionCredentials => {
      const [, , , , accountId = '', resource = ''] = roleArn.split(':');
      const nonce = randomUUID();
      const sessionToken = Buffer.from(JSON.stringify([resource.replace(/^.*\//, ''), session, nonce])).toString(
        'base64',
      );
      const expiration = now() + seconds * 1000;
      sessions.set(sessionToken, { principal: { kind: 'session', roleArn, session }, expiration });
      const suffix = nonce.slice(0, 4).toUpperCase();
      return { accessKeyId: `ASIA${accountId}${suffix}`, secretAccessKey: nonce, sessionToken, expiration };
    },
    callerOf: ({ accessKeyId, sessionToken }: Pick<Asked, 'accessKeyId' | 'sessionToken'>): Caller => {
      const [, kind, accountId] = /^(A[KS]IA)(\d{12})/.exec(accessKeyId) ?? [];
      if (accountId === undefined) return 'InvalidClientTokenId';
      if (kind === 'AKIA') return { kind: 'person', accountId, partition };
      const known = sessionToken === undefined ? undefined : sessions.get(sessionToken);
      if (known === undefined || !principalArn(known.principal).includes(`:${accountId}:`))
        return 'InvalidClientTokenId';
      return known.expiration <= now() ? 'ExpiredToken' : known.principal;
    },
  };
};
export type Identities = ReturnType<typeof identities>;
