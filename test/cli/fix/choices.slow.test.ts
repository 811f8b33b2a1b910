import { describe, expect, test } from '@jest/globals';
import { refuseOtherWay, wayNumber } from '../../../lib/cli/fix/chosen-way.ts';
import { choicesFor, type FixOptions, meantBy } from '../../../lib/cli/fix/make-plan.ts';
import { addAudience } from '../../../lib/fixes/aws-steps.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { aFinding } from '../../support/drift-builders.ts';

const id = (letter: string): string => letter.repeat(32);
const provider = 'arn:aws:iam::111122223333:oidc-provider/idp.example';
const one = aFinding({
  ...{ id: id('a'), ruleId: 'trust-any-subject', clusterName: 'shop', namespace: 'checkout', serviceAccount: 'cart' },
  roleArn: 'arn:aws:iam::111122223333:role/path/app',
});

describe('a finding is wanted where all that is given names it', () => {
  test.each<readonly [string, readonly string[], FixOptions, boolean]>([
    ['nothing', [], {}, true],
    ['its id', [id('b'), id('a')], {}, true],
    ['another id', [id('b')], {}, false],
    ['its rule', [], { rule: ['x', 'trust-any-subject'] }, true],
    ['another rule', [], { rule: ['x'] }, false],
    ['its cluster', [], { cluster: ['x', 'shop'] }, true],
    ['another cluster', [], { cluster: ['x'] }, false],
    ['its role by name', [], { role: ['app'] }, true],
    ['its role by ARN', [], { role: ['arn:aws:iam::111122223333:role/path/app'] }, true],
    ['another role', [], { role: ['path/app'] }, false],
    ['its service account', [], { serviceAccount: ['checkout/cart'] }, true],
    ['another namespace', [], { serviceAccount: ['shop/cart'] }, false],
    [
      'all of it',
      [id('a')],
      { rule: [one.ruleId], cluster: ['shop'], role: ['app'], serviceAccount: ['checkout/cart'] },
      true,
    ],
    ['its id and another cluster', [id('a')], { cluster: ['x'] }, false],
  ])('%s', (_title, ids, options, isWanted) => {
    expect(choicesFor(ids, options).wants(one)).toBe(isWanted);
    expect(choicesFor(ids, options, () => false).wants(one)).toBe(false);
  });

  test('what it does not have is not named', () => {
    const { clusterName: _c, roleArn: _r, ...bare } = one;
    for (const options of [{ cluster: ['shop'] }, { role: ['app'] }])
      expect(choicesFor([], options).wants(bare)).toBe(false);
  });

  test('of a file: its own findings, those folded in them, and those that only come up now', () => {
    const folded = { ...one, explains: [{ id: id('c'), ruleId: 'x', subject: 'x', message: 'x' }] };
    const meant = meantBy({ findings: [folded] }, { findings: [one, { ...one, id: id('d') }] });
    expect(['a', 'c', 'd', 'e'].map(letter => meant({ ...one, id: id(letter) }))).toEqual([true, true, false, true]);
  });
});

describe('a step is done without asking', () => {
  const plain = aFinding({ id: id('a'), fix: { summary: 'x', commands: [] } });
  const asks: Finding = { ...plain, fix: { ...plain.fix, choice: 'Which one?' } };
  const named = [id('a')];
  test.each<readonly [string, Finding, readonly string[], FixOptions, boolean]>([
    ['shown', asks, [], {}, true],
    ['applied with questions', asks, [], { apply: true }, true],
    ['applied with --yes, nothing to decide', plain, [], { apply: true, yes: true }, true],
    ['applied with --yes, something to decide', asks, [], { apply: true, yes: true }, false],
    ['the same by its id', asks, named, { apply: true, yes: true }, false],
    ['the same by --choose alone', asks, [], { apply: true, yes: true, choose: 1 }, false],
    ['the same by its id and --choose', asks, named, { apply: true, yes: true, choose: 1 }, true],
    ['scripted, nothing to decide', plain, [], { script: 'x' }, true],
    ['scripted, something to decide', asks, [], { script: 'x' }, false],
    ['scripted by its id and --choose', asks, named, { script: 'x', choose: 1 }, true],
  ])('%s', (_title, finding, ids, options, isDecided) => {
    expect(choicesFor(ids, options).isDecided(finding)).toBe(isDecided);
  });

  test('one that opens a role to several is applied by its id alone, and shown to everyone', () => {
    const gains = [{ issuer: 'x', audience: 'x', subjects: ['a', 'b'], patterns: [], except: [] }];
    const step = { ...addAudience(provider, 'vault'), access: [{ roleArn: 'x', loses: [], gains }] };
    const opens: Finding = { ...asks, fix: { ...asks.fix, steps: [step] } };
    const decided = (ids: readonly string[], options: FixOptions) => choicesFor(ids, options).isDecided(opens);
    expect([decided([], {}), decided([], { apply: true }), decided(named, { apply: true })]).toEqual([
      true,
      false,
      true,
    ]);
    expect([decided([], { script: 'x', choose: 1 }), decided(named, { script: 'x', choose: 1 })]).toEqual([
      false,
      true,
    ]);
  });

  test('a way is chosen for what is named alone', () => {
    const { wayOf } = choicesFor(named, { choose: 2 });
    expect([wayOf?.(plain), wayOf?.({ ...plain, id: id('b') })]).toEqual([2, undefined]);
  });
});

describe('--choose', () => {
  test.each<readonly [string, number | undefined]>([
    ['1', 1],
    ['9', 9],
    ['99', 99],
    ...['0', '01', '100', '-1', '1.5', 'first', ''].map(text => [text, undefined] as const),
  ])('%j', (text, number) => {
    const read = (): number => wayNumber(text);
    if (number === undefined) expect(read).toThrow('wanted a number from 1, as the plan lists them');
    else expect(read()).toBe(number);
  });

  const withWays = (...summaries: readonly string[]): Finding => {
    const [first = { summary: 'by hand', steps: [] }, ...alternatives] = summaries.map(summary => ({
      summary,
      steps: [addAudience(provider, summary)],
    }));
    return aFinding({ id: id('a'), fix: { ...first, commands: [], alternatives } });
  };
  test.each<readonly [readonly string[], number, string | undefined]>([
    [[], 1, undefined],
    [[], 2, '--choose 2: finding ID has 0 ways to be fixed'],
    [['one'], 1, undefined],
    [['one'], 2, '--choose 2: finding ID has 1 way to be fixed: 1: one'],
    [['one', 'two\u202e'], 2, undefined],
    [['one', 'two\u202e'], 3, '--choose 3: finding ID has 2 ways to be fixed: 1: one 2: two\\u{202e}'],
  ])('of the ways %j takes %i: %s', (ways, number, message) => {
    const refuse = (): void => refuseOtherWay(withWays(...ways), number);
    if (message === undefined) expect(refuse).not.toThrow();
    else expect(refuse).toThrow(new Error(message.replace('ID', id('a'))));
    expect(() => refuseOtherWay(withWays(...ways), undefined)).not.toThrow();
  });
});
