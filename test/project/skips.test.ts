import { expect, test } from '@jest/globals';
import { skipLines, skipsOf } from '../../scripts/skips.ts';

const result = (...assertionResults: readonly { readonly fullName: string; readonly status: string }[]) => ({
  testResults: [{ name: 'a.test.ts', assertionResults: [...assertionResults] }],
});

test('each skip is told with its reason, and CI refuses what it could have run', () => {
  const skips = skipsOf(
    result(
      { fullName: 'a passes', status: 'passed' },
      { fullName: 'a fails', status: 'failed' },
      { fullName: 'in a shell [needs the collected policies] quotes', status: 'pending' },
      { fullName: 'in a shell [needs zsh] quotes', status: 'pending' },
      { fullName: 'later', status: 'todo' },
      { fullName: 'off', status: 'pending' },
    ),
    () => false,
  );
  expect(skipLines(skips)).toEqual([
    'skipped, since the collected policies is not here:',
    '  in a shell [needs the collected policies] quotes',
    'skipped, since zsh is not here (CI fails by it):',
    '  in a shell [needs zsh] quotes',
    'skipped, without a reason (CI fails by it):',
    '  later',
    '  off',
  ]);
});

test('CI refuses a skip of the collected policies where they are there and were not used', () => {
  const skipped = result({ fullName: 'real policies [needs the collected policies] are judged', status: 'pending' });
  const refused = (isThere: boolean) => skipsOf(skipped, () => isThere).map(({ isRefusedInCi }) => isRefusedInCi);
  expect([refused(true), refused(false)]).toEqual([[true], [false]]);
});
