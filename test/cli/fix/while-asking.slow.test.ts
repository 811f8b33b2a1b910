import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { whileAsking } from '../../../lib/cli/fix/while-asking.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { addAudience, setTrustPolicy } from '../../../lib/fixes/aws-steps.ts';
import { annotate } from '../../../lib/fixes/kubernetes-steps.ts';
import { aCluster } from '../../support/example-world.ts';
import { golden } from '../../support/golden.ts';

const aws = addAudience('arn:aws:iam::111122223333:oidc-provider/issuer.example', 'vault');
const kubectl = annotate(aCluster(), { namespace: 'checkout', name: 'cart', annotations: {} }, 'k', 'v');

/** A terminal whose text is collected; `interrupt` is ^C. */
const aTerminal = () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const handlers = new Set<() => void>();
  const io: Io = {
    ...{ stdin, stdout, stderr, env: {}, cwd: '.', now: () => '2026-11-01T06:00:00.000Z' },
    ...{ stdoutIsTerminal: true, stderrIsTerminal: true, exit: () => undefined },
    onInterrupt: act => {
      handlers.add(act);
      return () => handlers.delete(act);
    },
  };
  return {
    io,
    stdin,
    said: () => String(stderr.read() ?? ''),
    interrupt: () => {
      for (const act of handlers) act();
    },
    handlers,
  };
};

test('answers that come in one piece are one for each question, and after the last one the answer is no', async () => {
  const { io, stdin, said } = aTerminal();
  stdin.end('y\nYES\nno\n');
  const answers = await whileAsking({ options: {}, contexts: [] }, io, async ({ confirm }) => {
    const given: boolean[] = [];
    for (const number of [1, 2, 3, 4]) given.push(await confirm(number, number === 1 ? aws : kubectl));
    return given;
  });
  expect(answers).toEqual([true, true, false, false]);
  const text = said();
  expect(text).toContain('Run step 1 (aws iam add-client-id-to-open-id-connect-provider');
  expect(text).toContain('Run step 2 (kubectl annotate --overwrite -- serviceaccount/cart)? [y/N]');
});

test.each([
  ['y', true],
  [' Yes ', true],
  ['YES', true],
  ['', false],
  ['n', false],
  ['yes please', false],
  ['yikes', false],
])('the answer %j is a yes: %s', async (answer, isYes) => {
  const { io, stdin } = aTerminal();
  stdin.end(`${answer}\n`);
  expect(await whileAsking({ options: {}, contexts: [] }, io, ({ confirm }) => confirm(1, aws))).toBe(isYes);
});

const change = setTrustPolicy('arn:aws:iam::111122223333:role/cart', '{"Sid":"old"}', { Sid: 'new\u202e' });
const inContext = { contextOf: () => 'prod', profile: 'audit', kubeconfig: 'k' };

test('of a journal each step is shown, with its commands as this person runs them, before the question', async () => {
  const { io, stdin, said, handlers } = aTerminal();
  stdin.end('y\ny\n');
  const asked = { options: inContext, contexts: [], shows: true };
  const answers = await whileAsking(asked, io, async ({ confirm, say }) => {
    expect(handlers.size).toBe(1);
    say('a line');
    return [await confirm(1, change), await confirm(2, kubectl)];
  });
  expect([answers, handlers.size]).toEqual([[true, true], 0]);
  golden('fix-questions.txt', said());
});

test('decisions stand before each question; without questions each is told once', async () => {
  const asked = { options: {}, contexts: [], decisionsOf: () => ['Which one\u202e?', 'Who?'] };
  const twice = async (yes: boolean) => {
    const { io, stdin, said } = aTerminal();
    stdin.end('y\ny\n');
    const answers = await whileAsking({ ...asked, yes }, io, async ({ confirm }) => [
      await confirm(1, aws),
      await confirm(2, aws),
    ]);
    return [answers, said()];
  };
  const decisions = 'decide: Which one\\u{202e}?\ndecide: Who?\n';
  const question = (number: number) =>
    `${decisions}Run step ${number} (aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn arn:aws:iam::111122223333:oidc-provider/issuer.example)? [y/N] `;
  expect(await twice(false)).toEqual([[true, true], `${question(1)}${question(2)}`]);
  expect(await twice(true)).toEqual([[true, true], decisions]);
});

test('after ^C nothing of a step is shown, and none is agreed to, though nobody is asked', async () => {
  const { io, interrupt, said } = aTerminal();
  const asked = { options: {}, contexts: [], shows: true, yes: true, decisionsOf: () => ['Who?'] };
  const answer = await whileAsking(asked, io, async ({ confirm }) => {
    interrupt();
    return confirm(1, aws);
  });
  expect([answer, said()]).toEqual([false, 'interrupted: the step that runs is let end\n']);
});

test('^C is released where what is done fails', async () => {
  const { io, handlers } = aTerminal();
  const failing = async (): Promise<never> => Promise.reject(new Error('no'));
  await expect(whileAsking({ options: {}, contexts: [] }, io, failing)).rejects.toThrow('no');
  expect(handlers.size).toBe(0);
});

test('^C at a question answers it with no, and nothing is asked afterwards', async () => {
  const { io, interrupt, said, handlers } = aTerminal();
  const answers = await whileAsking({ options: {}, contexts: [] }, io, async ({ confirm, isInterrupted }) => {
    const first = confirm(1, aws);
    interrupt();
    return [await first, isInterrupted?.(), await confirm(2, aws)];
  });
  expect(answers).toEqual([false, true, false]);
  expect(said()).toMatch(/^Run step 1 .*\? \[y\/N\] interrupted: the step that runs is let end\n$/);
  expect(handlers.size).toBe(0);
});

test('a pause lasts as long as it is said to, in milliseconds', async () => {
  const { io } = aTerminal();
  const began = performance.now();
  await whileAsking({ options: {}, contexts: [] }, io, ({ pause }) => pause(40));
  expect(performance.now() - began).toBeGreaterThan(35);
});
