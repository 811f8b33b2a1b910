import { describe, expect, test } from '@jest/globals';
import { mustWait, routeDigest } from '../../../lib/history/routing.ts';
import { attributesOf } from '../../../lib/notify/digest-attributes.ts';
import { webhookBody } from '../../../lib/notify/events.ts';
import { coverageCounts, coverageNewsLines } from '../../../lib/report/digest/coverage-lines.ts';
import { digestLines, digestTitle } from '../../../lib/report/digest/digest-lines.ts';
import { digestText } from '../../../lib/report/digest/digest-text.ts';
import { aDigest, someCoverage } from '../../support/digest-builders.ts';

const five = aDigest([], [], { coverage: someCoverage(5) });
const [first] = someCoverage(1).notices;
if (first === undefined) throw new Error('no notice');

describe('what moved in coverage, for people', () => {
  test('one cause is one line, with its first places and what to grant', () => {
    expect(coverageNewsLines(someCoverage(5))).toEqual([
      {
        kind: 'fell',
        message:
          'clusters of eu-west-1 account 111122223333, eu-west-1 account 111122223334, eu-west-1 account 111122223335, 2 more could not be read: eks:ListClusters denied: AccessDenied: not authorized.',
        fix: 'Grant eks:ListClusters.',
      },
    ]);
  });

  test('a return, a part, and what comes and goes are said in words', () => {
    const notices = [
      { ...first, whole: false },
      { ...first, comesAndGoes: true, section: 'roles' as const },
      { ...first, kind: 'returned' as const, clusterName: 'shop', section: 'pods' as const },
    ];
    const lines = coverageNewsLines({ notices, beyond: 0 }).map(({ message }) => message);
    expect(lines[0]).toContain('could not be read wholly');
    expect(lines[1]).toContain('It comes and goes: more is said when it was read in 5 runs in a row.');
    expect(lines[2]).toBe(
      'pods of cluster shop in eu-west-1 account 111122223333: read again, or gone; not read since 2026-11-01T06:00:00.000Z',
    );
    expect(coverageCounts({ notices, beyond: 3 })).toEqual(['2 not read', '1 read again', '3 more moved in coverage']);
  });

  test('names of the world can neither break a line nor start a command', () => {
    const hostile = {
      ...first,
      clusterName: 'a\n::error::\u202e',
      reason: { ...first.reason, message: '\u001b[31m\n' },
    };
    const [line] = coverageNewsLines({ notices: [hostile], beyond: 0 });
    expect(line?.message).not.toMatch(/[\n\u202e\u001b]|::error/);
  });

  test('it comes first in a mail, and its subject says that the auditor is blind', () => {
    const { subject, body } = digestText(five);
    expect(subject).toBe('[blind] irsa-auditor: 5 not read');
    expect(body.replace(/\s+/g, ' ')).toContain('What is read has changed: - clusters of eu-west-1');
    expect(digestLines(five, 3).lines[0]).toMatchObject({ happened: 'not read', severity: 'high' });
    expect(digestTitle(five)).toBe('IRSA audit: 5 not read');
    const returned = { notices: [{ ...first, kind: 'returned' as const }], beyond: 0 };
    expect(digestText(aDigest([], [], { coverage: returned })).subject).toBe('irsa-auditor: 1 read again');
    expect(webhookBody(five)).toMatchObject({ coverage: { beyond: 0, notices: { length: 5 } } });
  });
});

describe('what moved in coverage reaches whoever reads about the place', () => {
  test.each([
    ['everybody without a filter', {}, 5],
    ['whoever wants what is high', { minSeverity: 'high' }, 5],
    ['not who wants only what is critical', { minSeverity: 'critical' }, undefined],
    ['whoever reads about the account', { accounts: ['111122223334'] }, 1],
    ['not who reads about another account', { accounts: ['999999999999'] }, undefined],
    ['whoever reads about clusters: the region of theirs may be unread', { clusters: ['shop'] }, 5],
    ['whoever wants some rules: they may have been left out', { rules: ['trust-any-subject'] }, 5],
  ] as const)('%s', (_title, filter, count) => {
    expect(routeDigest(five, filter)?.coverage?.notices.length).toBe(count);
  });

  test('not who reads about another cluster than the one that is unread', () => {
    const digest = aDigest([], [], { coverage: { notices: [{ ...first, clusterName: 'shop' }], beyond: 0 } });
    expect(routeDigest(digest, { clusters: ['other'] })).toBeUndefined();
    expect(routeDigest(digest, { clusters: ['shop'] })).toEqual(digest);
  });

  test('the attributes of the message let it through filters of severity, account, cluster and rule', () => {
    expect(attributesOf(five)).toMatchObject({
      severity: ['high'],
      account: expect.arrayContaining(['111122223333']),
      cluster: ['*'],
      owner: ['*'],
      rule: ['*'],
      transition: ['*'],
    });
  });

  test('quiet hours hold it as they hold what is high', () => {
    const hours = { from: '00:00', to: '23:59', timeZone: 'UTC' } as const;
    expect(mustWait(five, { ...hours, exceptSeverity: 'high' }, five.at)).toBe(false);
    expect(mustWait(five, { ...hours, exceptSeverity: 'critical' }, five.at)).toBe(true);
  });
});
