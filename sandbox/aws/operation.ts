import type { World, WorldAccount } from '../world/world.ts';

/** A call as an operation sees it, whatever protocol carried it. */
export interface Call {
  readonly world: World;
  /** The account of the caller's credentials. */
  readonly account: WorldAccount;
  readonly callerArn: string;
  readonly region: string;
  readonly userAgent: string;
  /** Parameters under their API names. Lists and structures are nested. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** One operation: answers with the API's output structure or throws an `AwsFault`. */
export type Operation = (call: Call) => Output | Promise<Output>;

type Output = Readonly<Record<string, unknown>>;

/** The operations of a service, by name. */
export type Operations = Readonly<Record<string, Operation>>;

/** An error as AWS answers it. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A parameter that must be text. Throws AWS's ValidationError. */
export const text = (call: Call, name: string): string => {
  const value = call.input[name];
  if (typeof value === 'string') return value;
  throw new AwsFault(
    'ValidationError',
    `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );
};

/** A parameter that may be absent. */
export const optionalText = (call: Call, name: string): string | undefined => {
  const value = call.input[name];
  return typeof value === 'string' ? value : undefined;
};

/** A list of texts; empty if absent. */
export const texts = (call: Call, name: string): string[] => {
  const value = call.input[name];
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : [];
};

/** A list of tags with `Key` and `Value`, as a map. */
export const tagsOf = (call: Call): Record<string, string> => {
  const tags: Record<string, string> = {};
  const value = call.input.Tags;
  if (!Array.isArray(value)) return tags;
  for (const entry of value as unknown[])
    if (typeof entry === 'object' && entry !== null && 'Key' in entry && 'Value' in entry)
      tags[String(entry.Key)] = String(entry.Value);
  return tags;
};

/** A whole number within bounds, else the default. */
export const count = (call: Call, name: string, standard: number, maximum: number): number => {
  const value = Number(call.input[name] ?? standard);
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return value;
  throw new AwsFault('ValidationError', `Value '${value}' at '${name}' failed to satisfy constraint: 1 to ${maximum}`);
};

/** One page of a list. The token is the offset; a token that no answer gave is refused. */
export const page = <T>(items: readonly T[], size: number, token: string | undefined) => {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  if (!Number.isInteger(start) || start < 0) throw new AwsFault('ValidationError', `Invalid Marker: ${token}`);
  const end = start + size;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64') : undefined,
  };
};
