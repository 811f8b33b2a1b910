import * as z from 'zod';
import { DeliveryFailed } from './errors.ts';

/** Reads a secret's text by name when a message is sent; it is kept nowhere. */
export type SecretReader = (name: string) => Promise<string>;

/** The secret of a destination. */
export interface DestinationSecret {
  readonly url: string;
  /** The key of a signed webhook. */
  readonly signingKey?: string;
}

const shape = z.object({ url: z.string().min(1), signingKey: z.string().min(16).optional() });

/** A secret is either the plain URL, or JSON `{"url": "…", "signingKey": "…"}`. Throws `DeliveryFailed` for anything
 *  else, without showing it. */
export const parseSecret = (destination: string, text: string): DestinationSecret => {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return { url: trimmed };
  try {
    const { url, signingKey } = shape.parse(JSON.parse(trimmed));
    return signingKey === undefined ? { url } : { url, signingKey };
  } catch {
    throw new DeliveryFailed(`the secret of ${destination} is neither a URL nor {"url": "…", "signingKey": "…"}`);
  }
};
