import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { carryOut, readStates, Stopped, type Workbench } from '../../../lib/cli/fix/carry-out.ts';
import { openJournal, parseJournal } from '../../../lib/cli/fix/journal.ts';
import { progressInWords } from '../../../lib/cli/fix/progress-in-words.ts';
import { toolRunner } from '../../../lib/cli/fix/run-tool.ts';
import { setTrustPolicy } from '../../../lib/fixes/aws-steps.ts';
import { complete } from '../../../lib/model/collected.ts';
import { textAt } from '../../../sandbox/kubernetes/json-value.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench, withMalformedRole } from '../../support/fix-bench.ts';
import { journalKey } from '../../support/journal-key.ts';

/** The state after `fix --apply` is broken off, with the real aws. */
const bench = useFixBench('interrupted');

const names = ['one', 'two', 'three'];
const roleArn = aRole().arn;
/** Three roles, and three service accounts whose annotation has one colon too many: each a step of kubectl. */
const facts = someFacts({
  settings: { inCluster: true },
  clusters: complete([aReadCluster({ pods: complete([]), serviceAccounts: complete(names.map(withMalformedRole)) })]),
  roles: complete([aRole(), ...names.map(name => aRole({ name, arn: `arn:aws:iam::111122223333:role/${name}` }))]),
});
const nothing = (): void => undefined;

const policiesOf = ({ world }: RunningWorld): readonly string[] =>
  names.map(name => world.accounts[0]?.roles.find(one => one.name === name)?.trustPolicy ?? '');
const annotationsOf = ({ world }: RunningWorld): readonly string[] =>
  [...world.kubernetes.values()].flatMap(({ serviceAccounts }) =>
    serviceAccounts.map(one => textAt(one, 'metadata', 'annotations', 'eks.amazonaws.com/role-arn')),
  );
const eventsOf = (journal: string): readonly { readonly event: string; readonly notRun?: readonly number[] }[] =>
  readFileSync(journal, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

test('^C lets the step that runs end, runs no other, and the journal tells what was done and what was not', async () => {
  await bench.within(facts, nothing, async running => {
    const journal = join(bench.folder, 'interrupted.journal');
    const before = annotationsOf(running);
    const held = heldKubectl(running.env.PATH ?? '');
    const rule = 'service-account-role-arn-malformed';
    const child = spawn(
      process.execPath,
      [
        ...['--disable-warning=ExperimentalWarning', 'bin/irsa-auditor.ts', 'fix', '--rule', rule],
        ...['--apply', '--yes', '--journal', journal, ...bench.places(running.world)],
      ],
      { env: { ...running.env, PATH: held.path }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const [code, stderr] = await interruptedAt(
      child,
      () => existsSync(journal) && /"begin"/.test(readFileSync(journal, 'utf8')),
      held.release,
    );
    expect(stderr).toContain('it was interrupted before step 2. Done: step 1. Not run: steps 2, 3.');
    expect(code).toBe(3);
    expect(eventsOf(journal).map(({ event }) => event)).toEqual(['plan', 'begin', 'done', 'stopped']);
    expect(eventsOf(journal).at(-1)?.notRun).toEqual([2, 3]);
    expect(annotationsOf(running).filter(text => text === roleArn)).toHaveLength(1);
    const undone = await bench.command(running, ['fix', '--undo', journal, '--yes']);
    expect(undone.stderr).toContain('1 step undone');
    expect(annotationsOf(running)).toEqual(before);
  });
});

/** A kubectl that writes nothing until it is released: before that, no step ends. */
const heldKubectl = (path: string): { readonly path: string; readonly release: () => void } => {
  const folder = mkdtempSync(join(bench.folder, 'held-'));
  const released = join(folder, 'released');
  const real = `PATH='${path}' exec kubectl "$@"`;
  const script = [
    '#!/bin/sh',
    `case "$*" in`,
    `  *annotate*|*patch*) n=0; until [ -e '${released}' ] || [ $n -gt 1200 ]; do n=$((n+1)); sleep 0.05; done ;;`,
  ];
  writeFileSync(join(folder, 'kubectl'), [...script, 'esac', real, ''].join('\n'), { mode: 0o755 });
  return { path: `${folder}:${path}`, release: () => writeFileSync(released, '') };
};

/** Sends SIGINT as soon as something holds, then does what is given; how the process ended. */
const interruptedAt = async (
  child: ChildProcess,
  holds: () => boolean,
  then: () => void,
): Promise<readonly [number | null, string]> => {
  let stderr = '';
  child.stderr?.on('data', chunk => {
    stderr += String(chunk);
  });
  const closed = once(child, 'close');
  while (child.exitCode === null && !holds()) await after(10);
  child.kill('SIGINT');
  then();
  const [code] = await closed;
  return [code, stderr];
};

/** Forwards to AWS until the answer to the second write of a policy is due: that one is lost, and all after it. */
const losing = async (target: string) => {
  let writes = 0;
  let isUp = true;
  const server = createServer((incoming, outgoing) => {
    const forward = async (): Promise<void> => {
      const body = await bodyOf(incoming);
      if (!isUp) return void incoming.socket.destroy();
      const { statusCode, headers, text } = await ask(target, incoming, body);
      if (body.toString().includes('Action=UpdateAssumeRolePolicy')) writes += 1;
      if (writes === 2) {
        isUp = false;
        incoming.socket.destroy();
      } else outgoing.writeHead(statusCode, headers).end(text);
    };
    void forward().catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const ask = async (target: string, { method, url = '/', headers }: IncomingMessage, body: Buffer) => {
  const call = send(new URL(url, target), { ...(method === undefined ? {} : { method }), headers, agent: false });
  const answered = once(call, 'response') as Promise<[IncomingMessage]>;
  call.end(body);
  const [response] = await answered;
  return { statusCode: response.statusCode ?? 500, headers: response.headers, text: await bodyOf(response) };
};

/** The policy with a statement more: undo takes it away, so that nobody gains a role by it. */
const widened = (text: string) => {
  const { Statement, ...policy } = JSON.parse(text);
  const more = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return { ...policy, Statement: [...Statement, more] };
};

test('a network that goes while a step writes: the journal says that it is not known how it ended, undo finds out', async () => {
  await bench.within(facts, nothing, async running => {
    const proxy = await losing(running.env.AWS_ENDPOINT_URL ?? '');
    const before = policiesOf(running);
    const path = join(bench.folder, 'lost.journal');
    const workbench = (over: Readonly<Record<string, string>>): Workbench => ({
      run: toolRunner({ env: { ...running.env, ...over }, cwd: bench.folder }),
      options: {},
      contexts: [],
      now: () => '2026-11-01T06:00:00.000Z',
      confirm: async () => true,
      say: () => undefined,
      pause: async () => undefined,
    });
    const plan = names.map((name, at) => ({
      ...setTrustPolicy(`arn:aws:iam::111122223333:role/${name}`, before[at] ?? '', widened(before[at] ?? '')),
      findingIds: ['a'],
    }));
    const offline = workbench({ AWS_ENDPOINT_URL: proxy.url, AWS_MAX_ATTEMPTS: '1' });
    const journal = openJournal(path, 'new', journalKey);
    journal.write({ event: 'plan', at: offline.now(), version: 1, steps: 3, from: 'a scan', findings: [] });
    const states = await readStates(plan, offline);
    await expect(carryOut(plan, states, journal, offline)).rejects.toThrow(Stopped);
    journal.close();
    proxy.stop();
    const { entries } = parseJournal(readFileSync(path, 'utf8'), path, journalKey);
    expect(progressInWords(entries, 3)).toBe(
      'Done: step 1. Failed: step 2, and what it wrote could not be read. Not run: step 3.',
    );
    expect(policiesOf(running).filter((text, at) => text !== before[at])).toHaveLength(2);
    const undone = await bench.command(running, ['fix', '--undo', path, '--yes']);
    expect(undone.stderr).toContain('2 steps undone');
    expect(policiesOf(running).map(text => JSON.parse(text))).toEqual(before.map(text => JSON.parse(text)));
  });
});
