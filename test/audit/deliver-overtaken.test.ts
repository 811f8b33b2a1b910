import { describe, expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { documentKeys } from '../../lib/audit/documents.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const now = (): string => '2026-11-02T03:00:00.000Z';

/** A step of the finding of role x, of that version, in a digest of its own. */
const stepOf = (version: number, kind: 'opened' | 'resolved' | 'changed', id: string): Digest => {
  const [transition] = openedOf([aRoleFinding('x')]);
  if (transition === undefined) throw new Error('no transition');
  return aDigest([{ ...transition, kind, after: { ...transition.after, version } }], [], { id });
};

describe('a step that had to wait is not told after a later one of the same finding', () => {
  const later = (kind: 'resolved' | 'changed'): Digest => stepOf(2, kind, 'later');
  const both = aDigest(openedOf([aRoleFinding('x'), aRoleFinding('y')]), [], { id: 'first' });
  /** Refuses the first digest once, and tells what it took. */
  const delivered = async (second: Digest, wanted?: (digest: Digest) => Digest | undefined) => {
    const took: Digest[] = [];
    let refusals = 1;
    const send = async (digest: Digest): Promise<'sent'> => {
      if (digest.id === 'first' && refusals-- > 0) throw new Error('not now');
      took.push(digest);
      return 'sent';
    };
    const notifiers = [{ name: 'a', send, ...(wanted === undefined ? {} : { wanted }) }];
    const ports = { now, documents: memoryDocumentStore(), notifiers };
    await ports.documents.put(documentKeys('').outbox('a'), {
      waiting: [{ digest: both, attempts: 0 }],
      because: '',
    });
    await deliver(ports, second);
    await deliver(ports, undefined);
    return took.map(({ id, transitions }) => [id, transitions.map(({ after }) => after.finding.roleArn?.slice(-1))]);
  };

  test('and the rest of its digest is told', async () =>
    expect(await delivered(later('resolved'))).toEqual([
      ['later', ['x']],
      ['first', ['y']],
    ]));

  test('but it is told where the destination does not want the later one', async () =>
    expect(await delivered(later('changed'), digest => (digest.id === 'later' ? undefined : digest))).toEqual([
      ['later', ['x']],
      ['first', ['x', 'y']],
    ]));
});

test('what a later digest overtakes is not told after it, though the step dies before the outbox is written', async () => {
  const took: string[] = [];
  let refuses: string | undefined = 'version 1';
  const send = async ({ id }: Digest): Promise<'sent'> => {
    if (id === refuses) throw new Error('not now');
    took.push(id);
    return 'sent';
  };
  const documents = memoryDocumentStore();
  const ports = { now, documents, notifiers: [{ name: 'a', send }] };
  await deliver(ports, stepOf(1, 'opened', 'version 1'));
  const put: typeof documents.put = async (key, document) => {
    if (took.length > 0) throw new Error('the step dies');
    await documents.put(key, document);
  };
  await expect(
    deliver({ ...ports, documents: { ...documents, put } }, stepOf(2, 'resolved', 'version 2')),
  ).rejects.toThrow('the step dies');
  refuses = undefined;
  await deliver(ports, stepOf(2, 'resolved', 'version 2'));
  expect(took).toEqual(['version 2', 'version 2']);
});

test('what a later digest would overtake waits on while that is refused, too', async () => {
  const send = async (): Promise<'sent'> => {
    throw new Error('not now');
  };
  const ports = { now, documents: memoryDocumentStore(), notifiers: [{ name: 'a', send }] };
  await deliver(ports, stepOf(1, 'opened', 'version 1'));
  await deliver(ports, stepOf(2, 'resolved', 'version 2'));
  const { waiting } = (await ports.documents.get(documentKeys('').outbox('a'))) as { waiting: { digest: Digest }[] };
  expect(waiting.map(({ digest }) => [digest.id, digest.transitions.length])).toEqual([
    ['version 1', 1],
    ['version 2', 1],
  ]);
});
