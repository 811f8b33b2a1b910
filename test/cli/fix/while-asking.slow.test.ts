import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { whileAsking } from '../../../lib/cli/fix/while-asking.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { addAudience } from '../../../lib/fixes/aws-steps.ts';
import { annotate } from '../../../lib/fixes/kubernetes-steps.ts';
import { aCluster } from '../../support/example-world.ts';

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

test('^C at a question answers it with no, and nothing is asked afterwards', async () => {
  const { io, interrupt, said, handlers } = aTerminal();
  const answers = await whileAsking({ options: {}, contexts: [] }, io, async ({ confirm, isInterrupted }) => {
    const first = confirm(1, aws);
    interrupt();
    return [await first, isInterrupted?.(), await confirm(2, aws)];
  });
  expect(answers).toEqual([false, true, false]);
  expect(said()).toContain('interrupted');
  expect(handlers.size).toBe(0);
});
