import { describe, expect, test } from '@jest/globals';
import { changeSentence, changeSentences, withChangeEvents } from '../../lib/history/change-event.ts';
import type { ChangedThing, ChangeEvent } from '../../lib/model/change-event.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { chatLine } from '../../lib/notify/chat-line.ts';
import { digestLines } from '../../lib/report/digest/digest-lines.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { aDigest, aFactChange, openedOf } from '../support/digest-builders.ts';
import { aChangeEvent, accountId, aFinding, aRoleFinding, rolePrefix } from '../support/drift-builders.ts';

const hostPath = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const providerArn = `arn:aws:iam::${accountId}:oidc-provider/${hostPath}`;
const clusterArn = `arn:aws:eks:eu-west-1:${accountId}:cluster/shop`;

const anEvent = (thing: ChangedThing, over: Partial<ChangeEvent> = {}): ChangeEvent => aChangeEvent({ thing, ...over });
const changedBy = (finding: Finding, ...events: readonly ChangeEvent[]) =>
  withChangeEvents({ transitions: openedOf([finding]), factChanges: [] }, events).transitions[0]?.changedBy?.map(
    ({ eventId }) => eventId,
  );

const role = { kind: 'role', name: 'checkout-cart' } as const;
const provider = { kind: 'provider', hostPath } as const;
const cluster = { kind: 'cluster', region: 'eu-west-1', name: 'shop' } as const;

describe('an event stands beside what it changed, and beside nothing else', () => {
  test.each([
    ['the role of a finding', role, aFinding(), true],
    ['a role of another name', { ...role, name: 'cart' }, aFinding(), false],
    ['a role with a path', role, aRoleFinding('team/checkout-cart'), true],
    ['the provider of a finding', provider, aFinding({ providerArn }), true],
    ['the issuer of a finding', provider, aFinding({ issuer: `https://${hostPath}` }), true],
    ['another provider', { ...provider, hostPath: `${hostPath}0` }, aFinding({ providerArn }), false],
    ['the cluster of a finding', cluster, aFinding({ clusterArn }), true],
    ['a subject inside the cluster', cluster, aFinding({ subject: `${clusterArn}/serviceaccount/a/b` }), true],
    ['a cluster whose name begins alike', { ...cluster, name: 'sho' }, aFinding({ clusterArn }), false],
    ['a cluster of another region', { ...cluster, region: 'eu-west-2' }, aFinding({ clusterArn }), false],
  ] as const)('%s', (_name, thing, finding, concerns) => {
    expect(changedBy(finding, anEvent(thing))).toEqual(concerns ? ['e-1'] : undefined);
  });

  test('an event of another account changed another role of the same name', () => {
    expect(changedBy(aFinding(), anEvent(role, { accountId: '444455556666' }))).toBeUndefined();
  });

  test('the newest three of many are kept', () => {
    const events = [1, 4, 2, 3].map(n => anEvent(role, { eventId: `e-${n}`, at: `2026-11-25T10:15:0${n}Z` }));
    expect(changedBy(aFinding(), ...events)).toEqual(['e-4', 'e-3', 'e-2']);
  });

  test('of many those of all who called are kept, and how many more there were is told', () => {
    const noise = Array.from({ length: 100 }, (_, index) =>
      anEvent(role, {
        eventId: `n-${index}`,
        actor: 'noise',
        at: `2026-11-25T10:16:${String(index % 60).padStart(2, '0')}Z`,
      }),
    );
    const moved = withChangeEvents({ transitions: openedOf([aFinding()]), factChanges: [] }, [...noise, anEvent(role)]);
    const told = moved.transitions[0]?.changedBy;
    expect(told?.map(({ actor }) => actor)).toEqual(['noise', `arn:aws:iam::${accountId}:user/kim`, 'noise']);
    expect(changeSentences(told)).toMatch(/user\/kim.*; and 98 more calls$/);
  });

  test('a changed fact has the events of its subject', () => {
    const factChanges = [aFactChange({ subject: `${rolePrefix}checkout-cart` }), aFactChange({ subject: providerArn })];
    const moved = withChangeEvents({ transitions: [], factChanges }, [anEvent(provider)]);
    expect(moved.factChanges.map(each => each.changedBy?.length)).toEqual([undefined, 1]);
  });
});

describe('who changed it is told', () => {
  const moves = withChangeEvents(
    { transitions: openedOf([aFinding()]), factChanges: [aFactChange({ subject: `${rolePrefix}checkout-cart` })] },
    [anEvent(role)],
  );
  const digest = aDigest(moves.transitions, moves.factChanges);

  test('an email names actor, address, event and time beside the finding and beside the fact', () => {
    const told = `Event: UpdateAssumeRolePolicy by arn:aws:iam::${accountId}:user/kim from 198.51.100.7 at 2026-11-25T10:15:02Z`;
    expect(digestText(digest).body.split(told)).toHaveLength(3);
  });

  test('chat messages name them, too', () => {
    expect(
      digestLines(digest).lines.map(line =>
        /[^.]\. Event: .* by .*kim from 198\.51\.100\.7 at/.test(chatLine(line).text),
      ),
    ).toEqual([true, true]);
  });

  test('without an event nothing is said of one', () => {
    expect(digestText(aDigest(openedOf([aFinding()]))).body).not.toContain('Event:');
  });

  test('hostile text of an event stays on its line and is bounded', () => {
    const hostile = `\u001b[31mroot\n::error::\u202e${'x'.repeat(100_000)}`;
    const sentence = changeSentence(anEvent(role, { actor: hostile, sourceIp: hostile, event: hostile, at: hostile }));
    expect(sentence.length).toBeLessThan(500);
    expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}]|::error/u);
  });
});
