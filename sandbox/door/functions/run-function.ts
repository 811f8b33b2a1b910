/**
 * A function of Lambda: its asset in one process of its own under AWS's runtime interface client, kept warm and frozen between
 * invocations, with the environment, handler, memory and time of the template. Sources: Lambda Developer Guide, "Lambda runtime
 * environment", "Using the Lambda runtime API", "Lambda quotas" and "Understanding retry behavior".
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bodyOf } from '../asked.ts';
import type { MovingTimer } from '../clock/moving-time.ts';
import type { Standing, WorldClock } from '../clock/world-clock.ts';
import { environmentOf, type FunctionDefinition, type FunctionPlace, runtime } from './environment.ts';

/** The variables by which libfaketime moves the clock of this process (scripts/test-days.ts): a function is on the same machine. */
const machineClock = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(?:LD_PRELOAD|FAKETIME.*)$/.test(name)));

/** An invocation that ended with an error: the JSON that Lambda answers with `X-Amz-Function-Error`. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
  readonly code = 'function-failed';
  readonly payload: { readonly errorType: string; readonly errorMessage: string; readonly trace?: readonly string[] };
  constructor(payload: FunctionFailed['payload']) {
    super(payload.errorMessage);
    this.payload = payload;
  }
}

/** The largest request and response, in bytes. */
const most = { request: 6 * 1024 * 1024, response: 6_291_556 };

const preload = pathToFileURL(join(import.meta.dirname, 'preload.js')).href;

interface Invocation {
  readonly id: string;
  readonly payload: string;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: FunctionFailed) => void;
}

/** Processes that are frozen do not see that this one ends: they are ended with it. */
const all = new Set<RunningFunction>();
process.once('exit', () => {
  for (const each of all) each.stop();
});

/** A function that can be invoked: one invocation after the other. */
export class RunningFunction {
  /** Lines that it printed. */
  readonly lines: string[] = [];
  private readonly definition: FunctionDefinition;
  private readonly place: FunctionPlace;
  private readonly clock: WorldClock;
  private readonly server = createServer((message, response) => void this.take(message, response));
  private readonly waiting: Invocation[] = [];
  private current: (Invocation & { readonly timer: MovingTimer }) | undefined;
  /** The request of the process for work, while it waits. */
  private idle: ServerResponse | undefined;
  private child: ChildProcess | undefined;
  private questions = 0;
  private begun = (): void => undefined;

  /** Questions that the process has not answered yet. */
  private readonly asked = new Map<number, (standing: Standing | undefined) => void>();

  constructor(definition: FunctionDefinition, place: FunctionPlace, clock: WorldClock) {
    this.definition = definition;
    this.place = place;
    this.clock = clock;
    all.add(this);
    clock.join(this);
  }

  isActive(): boolean {
    return this.current !== undefined || this.waiting.length > 0;
  }

  /** The state of its process; it is busy while it begins. */
  standing(): Promise<Standing | undefined> {
    const { child } = this;
    if (this.current === undefined || child?.connected !== true)
      return Promise.resolve({ activity: 0, inFlight: 0, next: undefined, isBusy: true });
    return new Promise(resolve => {
      this.questions += 1;
      this.asked.set(this.questions, resolve);
      child.send({ ask: this.questions }, () => undefined);
    });
  }

  move(ahead: number): void {
    if (this.child?.connected === true) this.child.send({ ahead }, () => undefined);
  }

  /** Begins its process ahead of the first invocation, as Lambda may (Lambda Developer Guide, "Lambda execution environment"), and
   *  waits until it asks for work or has ended. */
  async warm(): Promise<void> {
    await this.listens();
    if (this.child !== undefined || !all.has(this)) return;
    this.start();
    await new Promise<void>(resolve => {
      this.begun = resolve;
    });
  }

  /** Invokes it with JSON and answers JSON. Rejects with `FunctionFailed`. */
  async invoke(payload: string): Promise<string> {
    const { name } = this.definition;
    if (Buffer.byteLength(payload) > most.request)
      throw new Error(`RequestTooLargeException: ${name} was invoked with ${Buffer.byteLength(payload)} bytes`);
    await this.listens();
    return new Promise((resolve, reject) => {
      this.waiting.push({ id: randomUUID(), payload, resolve, reject });
      this.clock.watch();
      this.pump();
    });
  }

  private async listens(): Promise<void> {
    if (this.server.listening) return;
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  stop(): void {
    all.delete(this);
    this.clock.leave(this);
    this.kill();
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Hands the next invocation to the process that waits for it, and starts one where there is none; freezes one without work. */
  private pump(): void {
    if (this.current !== undefined) return;
    const [next] = this.waiting;
    if (next === undefined) {
      if (this.idle !== undefined) this.child?.kill('SIGSTOP');
      return;
    }
    if (this.child === undefined) this.start();
    const response = this.idle;
    if (response === undefined) return;
    this.idle = undefined;
    this.waiting.shift();
    this.child?.kill('SIGCONT');
    const { arn, timeout } = this.definition;
    const timer = this.clock.after(() => {
      this.kill();
      this.fail('Sandbox.Timedout', `Task timed out after ${timeout.toFixed(2)} seconds`);
    }, timeout * 1000);
    this.current = { ...next, timer };
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(this.clock.now() + timeout * 1000),
      'sandbox-clock-ahead': String(this.clock.ahead()),
      'lambda-runtime-invoked-function-arn': `${arn}:1`,
      'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',
    });
    response.end(next.payload);
  }

  private start(): void {
    const { memory, handler, taskRoot } = this.definition;
    const heap = [
      `--max-old-space-size=${Math.floor(memory * 0.9)}`,
      `--max-semi-space-size=${Math.floor(memory * 0.05)}`,
    ];
    const own = `--import=${preload}?network=${encodeURIComponent(this.place.network)}`;
    const runtimeApi = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const started = spawn(process.execPath, [...heap, '--disable-warning=ExperimentalWarning', own, runtime, handler], {
      ...{ cwd: taskRoot, env: { ...machineClock(), ...environmentOf(this.definition, this.place, runtimeApi) } },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = started;
    started.on('message', message => this.answered(message as Standing & { readonly ask: number }));
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (chunk: Buffer) => this.lines.push(...String(chunk).split('\n').filter(Boolean)));
    started.on('exit', (code, signal) => this.ended(started, code, signal));
  }

  private answered({ ask, ...standing }: Standing & { readonly ask: number }): void {
    this.asked.get(ask)?.(standing);
    this.asked.delete(ask);
  }

  private forget(): void {
    this.begun();
    for (const resolve of this.asked.values()) resolve(undefined);
    this.asked.clear();
  }

  private ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.child !== child) return;
    this.child = undefined;
    this.idle = undefined;
    this.forget();
    const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
    // Node ends with SIGABRT where its heap is full.
    if (signal === 'SIGABRT') this.fail('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
    else if (this.current !== undefined) this.fail('Runtime.ExitError', `Runtime exited with error: ${how}`);
    else this.failFirst({ errorType: 'Runtime.ExitError', errorMessage: `${how}: ${this.lines.slice(-3).join(' ')}` });
  }

  /** A request of the process to the runtime API. */
  private async take(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = message.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (path === 'invocation/next') {
      this.begun();
      this.idle = response;
      this.pump();
      return;
    }
    const body = String(await bodyOf(message));
    response.writeHead(202).end();
    if (path === 'init/error') {
      this.kill();
      this.failFirst(JSON.parse(body));
    } else if (this.current !== undefined && path.includes(this.current.id)) this.settle(path, body);
  }

  private settle(path: string, body: string): void {
    if (path.endsWith('/error')) this.finish(({ reject }) => reject(new FunctionFailed(JSON.parse(body))));
    else if (Buffer.byteLength(body) <= most.response) this.finish(({ resolve }) => resolve(body));
    else
      this.finish(({ reject }) =>
        reject(
          new FunctionFailed({
            errorType: 'Function.ResponseSizeTooLarge',
            errorMessage: `Response payload size exceeded maximum allowed payload size (${most.response} bytes).`,
          }),
        ),
      );
  }

  private fail(errorType: string, message: string): void {
    this.finish(({ id, reject }) =>
      reject(new FunctionFailed({ errorType, errorMessage: `RequestId: ${id} Error: ${message}` })),
    );
  }

  /** A process that ends before it asks for work has failed to begin. */
  private failFirst(payload: FunctionFailed['payload']): void {
    this.waiting.shift()?.reject(new FunctionFailed(payload));
    this.pump();
  }

  private finish(settle: (invocation: Invocation) => void): void {
    const ended = this.current;
    this.current = undefined;
    if (ended === undefined) return;
    ended.timer.close();
    // A frozen process answers no question.
    this.forget();
    settle(ended);
    this.pump();
  }

  private kill(): void {
    const killed = this.child;
    this.child = undefined;
    this.idle = undefined;
    this.forget();
    killed?.kill('SIGKILL');
  }
}
