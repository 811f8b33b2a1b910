/**
 * Reading calls of the EC2 API, signed here. The client of the SDK for EC2 has some seven hundred operations, as much code as
 * all other clients together; four are needed.
 */
import { Sha256 } from '@aws-crypto/sha256-js';
import { parseXML } from '@aws-sdk/xml-builder';
import { HttpRequest } from '@smithy/core/protocols';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { type ErrorParts, errorParts, kindOfError, proxyFailed } from '../../kit/classify-error.ts';
import { retryThrown } from '../../kit/retry.ts';
import { partitionOf, partitions } from '../../model.ts';

/** One call: the operation and its parameters, as the EC2 Query API spells them. Gives the answer as parsed XML, an element
 *  that occurs several times as a list. Throws an error with the name and status that EC2 answered. */
export type Ec2Call = (action: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>;

/** The region, credentials and limits of a call. */
interface Ec2CallOptions {
  readonly region: string;
  readonly handler: NodeHttpHandler;
  readonly credentials: () => Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  }>;
  /** An endpoint of the configuration; undefined for that of AWS. */
  readonly endpoint: () => Promise<string | undefined>;
  readonly count: (operation: string) => void;
  /** Attempts of one call, the first included. */
  readonly attempts?: number | undefined;
}

const apiVersion = '2016-11-15';
/** Characters of one answer: a page of a thousand instances has some three million. */
const maxAnswer = 16_000_000;
const defaultAttempts = 5;

/** Calls of one region with one set of credentials. Throttling and broken connections are repeated. */
export const ec2Calls =
  (options: Ec2CallOptions): Ec2Call =>
  (action, parameters) =>
    retryThrown(
      { attempts: options.attempts ?? defaultAttempts, firstWaitMs: 200, maxWaitMs: 3000 },
      () => callOnce(options, action, parameters),
      error => mayPass(errorParts(error)),
    );

/** A proxy that opens no connection is told at once. */
const mayPass = (parts: ErrorParts): boolean =>
  parts.name !== proxyFailed && ['throttled', 'unreachable', 'timed-out'].includes(kindOfError(parts));

const callOnce = async (
  { region, handler, credentials, endpoint, count }: Ec2CallOptions,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> => {
  const url = new URL((await endpoint()) ?? `https://ec2.${region}.${partitions[partitionOf(region)].dnsSuffix}`);
  const signer = new SignatureV4({ service: 'ec2', region, credentials, sha256: Sha256 });
  const signed = await signer.sign(
    new HttpRequest({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams({ Action: action, Version: apiVersion, ...parameters }).toString(),
    }),
  );
  count(`ec2:${action}`);
  const { response } = await handler.handle(new HttpRequest(signed));
  const answer: unknown = parseXML(await textOf(response.body));
  if (response.statusCode !== 200) throw refusal(answer, response.statusCode);
  return answer;
};

const bodyShape = z.custom<AsyncIterable<Uint8Array>>(
  body => typeof body === 'object' && body !== null && Symbol.asyncIterator in body,
);

const textOf = async (body: unknown): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyShape.parse(body)) {
    size += chunk.length;
    if (size > maxAnswer) throw new Error(`the answer is longer than ${maxAnswer} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const errorShape = z.object({
  Response: z.object({ Errors: z.object({ Error: z.object({ Code: z.string(), Message: z.string() }) }) }),
});

const refusal = (answer: unknown, status: number): Error => {
  const parsed = errorShape.safeParse(answer);
  const { Code, Message } = parsed.success
    ? parsed.data.Response.Errors.Error
    : { Code: 'Unknown', Message: `HTTP ${status}` };
  return Object.assign(new Error(Message), { name: Code, $metadata: { httpStatusCode: status } });
};

/** The entries of a list that an answer always has: `<set><item/>…</set>`, empty where there are none. */
export const setOf = <T extends z.ZodType>(item: T) =>
  z
    .union([z.literal(''), z.object({ item: z.union([z.array(item), item]) })])
    .transform(set => (set === '' ? [] : [(set as { item: unknown }).item].flat()) as z.output<T>[]);

/** The entries of a list within an entry, which may be left out. */
export const listOf = <T extends z.ZodType>(item: T) =>
  setOf(item)
    .optional()
    .transform(list => list ?? []);
