/**
 * A process that runs bundled handlers as Lambda does, for test/lambdas/every-handler.slow.test.ts: each call comes with
 * the bundle, its event and its environment, and is answered with what the handler returned or threw and what it printed.
 * Names of hosts are unknown here: what is asked beyond the endpoint of the environment fails, and reaches no network.
 */
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

/** One call. */
export interface HandlerCall {
  readonly bundle: string;
  readonly event: unknown;
  readonly environment: Readonly<Record<string, string>>;
  /** The instant at which the clock of the function begins, in milliseconds since 1970: it goes on from there. */
  readonly now: number;
  /** Repeats of a call wait for no time: their share of the longest wait, which is drawn, is none. */
  readonly isHurried: boolean;
}

/** How it ended: as Lambda reports it, with the lines that the function printed. */
export interface HandlerEnd {
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  readonly lines: readonly string[];
}

const unknownHost = (host: string) =>
  Promise.reject(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }));
Object.assign(dns, { lookup: unknownHost, resolveNs: unknownHost });
syncBuiltinESMExports();

const printed: string[] = [];
for (const stream of [process.stdout, process.stderr])
  stream.write = (text: string | Uint8Array) => {
    printed.push(String(text));
    return true;
  };

const machineTime = Date.now;
let ahead = 0;
/** The clock of the functions: the machine's, as far ahead as a call says. */
globalThis.Date = class extends Date {
  constructor(...at: unknown[]) {
    super(...((at.length === 0 ? [machineTime() + ahead] : at) as [number]));
  }
  static override now = (): number => machineTime() + ahead;
} as DateConstructor;

const machine = { ...process.env };
let calls = 0;
const { random } = Math;
const invoke = async ({ bundle, event, environment, now, isHurried }: HandlerCall): Promise<HandlerEnd> => {
  process.env = { ...machine, ...environment };
  calls += 1;
  ahead = now - machineTime();
  Math.random = isHurried ? () => 0 : random;
  const end = await import(`${pathToFileURL(bundle).href}?${calls}`)
    .then(({ handler }) =>
      handler(event, {
        ...{ awsRequestId: `request-${calls}`, functionName: 'function', memoryLimitInMB: '512' },
        ...{ functionVersion: '1', invokedFunctionArn: 'arn', getRemainingTimeInMillis: () => 60_000 },
      }),
    )
    .then(
      answer => ({ answer }),
      error => ({ error: { name: error.name, message: error.message } }),
    );
  const lines = printed.splice(0).join('').split('\n');
  return { ...end, lines: lines.filter(line => line !== '') };
};

process.on('message', async (call: HandlerCall) => process.send?.(await invoke(call)));
process.on('disconnect', () => process.exit());
