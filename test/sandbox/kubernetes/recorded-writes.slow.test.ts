import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isObject } from '../../../lib/text/json-value.ts';
import { type ClusterAuthority, makeAuthority } from '../../../sandbox/kubernetes/authority.ts';
import { textAt } from '../../../sandbox/kubernetes/json-value.ts';
import { startKubernetes } from '../../../sandbox/kubernetes/start-kubernetes.ts';
import {
  comparable,
  contextOf,
  isWrittenBy,
  jsonBody,
  readBack,
  recordedWrites,
  send,
  warningOf,
  withoutController,
  worldBefore,
} from '../../support/recorded-writes.ts';

/** The answers of a real API server to kubectl's writes, and those of the sandbox to the same requests. */

let authority: ClusterAuthority;
beforeAll(async () => {
  authority = await makeAuthority();
});

/** Answers of which only the status is compared, and why. */
const onlyStatus: Readonly<Record<string, string>> = {
  '18a-create-job-from-cronjob': 'the sandbox fills in no defaults of a job',
  '21e-can-i-list': 'the sandbox lists what its world allows, not the rules of RBAC',
  '24d-dry-run-create-invalid-webhook': 'the sandbox compiles no CEL',
  '24e-dry-run-apply-invalid-webhook': 'the sandbox compiles no CEL',
  '24g-dry-run-unknown-field': 'the message prints the patch as Go prints a map',
};
/** Commands of which only the first answer is compared: the sandbox has no kubelet, so that a pod is gone at once. */
const onlyFirst = new Set(['17g-delete-pod', '17h-delete-pod-no-wait', '17k-delete-pod-of-deployment']);
/** Commands after which the objects are not compared, and why. */
const writtenAgain: Readonly<Record<string, string>> = {
  '22c-apply-aggregated-rules': 'a controller writes the rules of an aggregated role: the sandbox has none',
};
/** The requests that the sandbox does not decide at all, and why. */
const leftOut: Readonly<Record<string, string>> = {
  '20j-forbidden-escalate': 'the sandbox has no RBAC of its own: a world says what its caller may do',
};

const recordings = recordedWrites().filter(({ name, exchanges }) => exchanges.length > 0 && !(name in leftOut));
let compared = 0;
afterAll(() => {
  process.stdout.write(`recorded writes: ${compared} answers compared\n`);
});

describe('the sandbox answers as a real API server did', () => {
  test.each(recordings.map(one => [one.name, one] as const))('%s', async (_name, recording) => {
    const api = await startKubernetes(worldBefore(recording), {
      authority,
      mintToken: () => 'token',
      user: contextOf(recording) === 'lab-nobody' ? 'nobody' : 'irsa-auditor',
    });
    const token = recording.command.includes('lab-unauthorized') ? 'unknown' : api.token;
    const made = new Map<string, string>();
    const rewrite = (text: string) => [...made].reduce((now, [theirs, ours]) => now.replaceAll(theirs, ours), text);
    try {
      for (const exchange of recording.exchanges.slice(0, onlyFirst.has(recording.name) ? 1 : undefined)) {
        const answer = await send(api, token, exchange, rewrite);
        const wanted = jsonBody(exchange.responseBody);
        expect([exchange.method, exchange.path, answer.status]).toEqual([
          exchange.method,
          exchange.path,
          exchange.status,
        ]);
        if (!(recording.name in onlyStatus)) {
          expect(comparable(answer.body)).toEqual(comparable(wanted));
          expect(answer.warning).toEqual(warningOf(exchange));
        }
        compared += 1;
        if (!isObject(wanted) || !isObject(answer.body)) continue;
        for (const field of ['resourceVersion', 'uid']) {
          const [theirs, ours] = [textAt(wanted, 'metadata', field), textAt(answer.body, 'metadata', field)];
          if (theirs === '' || ours === '') continue;
          made.set(`"${field}":"${theirs}"`, `"${field}":"${ours}"`);
          made.set(`"path":"/metadata/${field}","value":"${theirs}"`, `"path":"/metadata/${field}","value":"${ours}"`);
        }
      }
      const isCompared = !onlyFirst.has(recording.name) && !(recording.name in { ...onlyStatus, ...writtenAgain });
      const written = isCompared ? recording.after.filter(one => isWrittenBy(recording, one)) : [];
      const now = await Promise.all(written.map(one => readBack(api, one)));
      expect(now.map(withoutController)).toEqual(written.map(withoutController));
      compared += written.length;
    } finally {
      await api.stop();
    }
  });
});
