/**
 * Loaded with a function: its clock and its timers are those of the world (`clock/world-clock.ts`). The process says what it does when
 * it is asked, and its timers fire when the world's clock is moved. Timers inside of Node.js itself, `AbortSignal.timeout` and
 * `performance.now` stay the machine's: they bound real work.
 */
import { subscribe } from 'node:diagnostics_channel';
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type MovingTimer, movingTime } from '../clock/moving-time.ts';

const time = movingTime();
/** Moves this process's clock. */
export const move = time.move;

let inFlight = 0;
let asked = 0;
subscribe('http.client.request.start', () => {
  inFlight += 1;
});
const ended = new WeakSet<object>();
const end = (message: unknown): void => {
  const { request } = Object(message);
  if (ended.has(request)) return;
  ended.add(request);
  inFlight -= 1;
};
for (const name of ['http.client.response.finish', 'http.client.request.error']) subscribe(name, end);

/** Work on threads, which Node.js lists nowhere: compression and the calls of `crypto.subtle`. */
let onThreads = 0;
type Work = (...given: readonly unknown[]) => unknown;
const compressions: Record<string, Work> = Object(zlib);
for (const name of Object.keys(zlib).filter(each => `${each}Sync` in zlib)) {
  const work = compressions[name];
  if (work === undefined) continue;
  compressions[name] = (...given) => {
    onThreads += 1;
    const done = given.at(-1);
    const tell: Work = (...told) => {
      onThreads -= 1;
      return typeof done === 'function' ? Reflect.apply(done, undefined, told) : undefined;
    };
    return work(...given.slice(0, -1), tell);
  };
}
const subtle: Record<string, Work> = Object(Object.getPrototypeOf(crypto.subtle));
for (const name of Object.getOwnPropertyNames(subtle)) {
  const work = subtle[name];
  if (name === 'constructor' || typeof work !== 'function') continue;
  subtle[name] = function (this: unknown, ...given) {
    onThreads += 1;
    const made = Reflect.apply(work, this, given);
    return Promise.resolve(made).finally(() => {
      onThreads -= 1;
    });
  };
}

/** Kinds of resources behind which nothing is computed or read (Node.js, `process.getActiveResourcesInfo`). */
const waiting = /^(?:Timeout|PipeWrap|TCPSocketWrap|TLSWrap|TTYWrap|MessagePort)$/;

process.on('message', ({ ahead, ask }: { readonly ahead?: number; readonly ask?: number }) => {
  if (ahead !== undefined) time.move(ahead);
  if (ask === undefined) return;
  const isBusy = onThreads > 0 || process.getActiveResourcesInfo().some(kind => !waiting.test(kind));
  const { events } = performance.nodeTiming.uvMetricsInfo;
  asked += 1;
  process.send?.({ ask, activity: events - asked, inFlight, next: time.next(), isBusy });
});
process.channel?.unref();

globalThis.Date = new Proxy(Date, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [time.now()] : given, made),
  get: (target, key) => (key === 'now' ? time.now : Reflect.get(target, key)),
});

type Run = (...given: readonly unknown[]) => void;
const { clearTimeout: clear } = timers;
const isMoving = (timer: unknown): timer is MovingTimer =>
  typeof timer === 'object' && timer !== null && 'close' in timer && !(timer instanceof Promise);
const setMoving = (run: Run, milliseconds?: number, ...given: readonly unknown[]): MovingTimer =>
  time.after(() => run(...given), milliseconds);
const clearMoving = (timer?: unknown): void => {
  if (isMoving(timer)) timer.close();
  else if (typeof timer === 'number') clear(timer);
};
const sleep = <T>(milliseconds?: number, value?: T, { signal, ref = true }: Sleep = {}): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      timer.close();
      reject(Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), { name: 'AbortError' }));
    };
    const timer = time.after(() => {
      signal?.removeEventListener('abort', stop);
      resolve(value);
    }, milliseconds);
    if (!ref) timer.unref();
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
interface Sleep {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}
const own = { setTimeout: Object.assign(setMoving, { [promisify.custom]: sleep }), clearTimeout: clearMoving };
Object.assign(globalThis, own);
Object.assign(timers, own);
Object.assign(promises, { setTimeout: sleep });
syncBuiltinESMExports();
