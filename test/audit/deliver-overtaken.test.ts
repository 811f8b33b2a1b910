import { describe, expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { withoutOvertaken } from '../../lib/audit/overtaken.ts';
import type { Digest } from '../../lib/history/transition.ts';
import type { SectionId } from '../../lib/model/unread.ts';
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
    await ports.documents.put(documentKeys('').outbox('a'), { waiting: [{ digest: both, attempts: 0 }], because: '' });
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

test('a finding of one account does not overtake one of another account', () => {
  const [transition] = openedOf([aRoleFinding('x')]);
  if (transition === undefined) throw new Error('no transition');
  const finding = { ...transition.after.finding, accountId: '444455556666' };
  const elsewhere = { ...transition, after: { ...transition.after, finding } };
  const waiting = [{ digest: aDigest([transition]) }];
  expect(withoutOvertaken(waiting, { transitions: [elsewhere] })).toEqual(waiting);
  expect(withoutOvertaken(waiting, { transitions: [transition] })).toEqual([]);
});

describe('the last word on coverage is the last that a destination is told', () => {
  const notice = (kind: 'fell' | 'returned', name: SectionId = 'roles') => ({
    ...{ accountId: '111122223333', section: name, whole: true, failures: 1, comesAndGoes: false },
    ...{
      kind,
      at: now(),
      since: now(),
      reason: { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const,
    },
  });
  const digest = (id: string, ...notices: readonly ReturnType<typeof notice>[]): Digest =>
    aDigest([], [], { id, coverage: { notices, beyond: 0 } });
  const told = async (refused: string, digests: readonly Digest[]) => {
    const took: string[] = [];
    let refusals = 2;
    const send = async ({ id, coverage }: Digest): Promise<'sent'> => {
      if (id === refused && refusals-- > 0) throw new Error('not now');
      took.push(...(coverage?.notices ?? []).map(({ kind, section }) => `${kind} ${section}`));
      return 'sent';
    };
    const ports = { now, documents: memoryDocumentStore(), notifiers: [{ name: 'a', send }] };
    for (const each of [...digests, undefined, undefined]) await deliver(ports, each);
    return took;
  };
  test('areas beyond those that a digest names still wait where each that it names is overtaken', () => {
    const waiting = { digest: aDigest([], [], { coverage: { notices: [notice('fell')], beyond: 2 } }) };
    const later = { transitions: [], coverage: { notices: [notice('returned')], beyond: 0 } };
    expect(withoutOvertaken([waiting], later)).toEqual([
      { digest: { ...waiting.digest, coverage: { notices: [], beyond: 2 } } },
    ]);
  });

  test.each<readonly [string, string, readonly Digest[], readonly string[]]>([
    [
      'a fall that had to wait is not told after the return',
      'first',
      [digest('first', notice('fell'), notice('fell', 'clusters')), digest('second', notice('returned'))],
      ['returned roles', 'fell clusters'],
    ],
    [
      'a return that had to wait is not told after the next fall',
      'second',
      [digest('first', notice('fell')), digest('second', notice('returned')), digest('third', notice('fell'))],
      ['fell roles', 'fell roles'],
    ],
  ])('%s', async (_title, refused, digests, words) => expect(await told(refused, digests)).toEqual(words));
});
