import { expect, test } from '@jest/globals';
import { kubectlArgs } from '../../lib/fixes/command.ts';

test.each([
  [{ verb: ['get'] }, ['get']],
  [{ verb: ['get'], on: [] }, ['get']],
  [{ verb: ['get'], on: ['pod/a'] }, ['get', '--', 'pod/a']],
  [
    { namespace: 'checkout', verb: ['annotate', '--overwrite'], on: ['serviceaccount/cart', 'a=b'] },
    ['--namespace', 'checkout', 'annotate', '--overwrite', '--', 'serviceaccount/cart', 'a=b'],
  ],
])('%j', (words, args) => {
  expect(kubectlArgs(words)).toEqual(args);
});

test.each([[['-o']], [['pod/a', '--all']]])('%j: an object is no option of kubectl', on => {
  expect(() => kubectlArgs({ verb: ['delete'], on })).toThrow(
    new RangeError(`"${on.at(-1)}" is an option of kubectl, wanted a name`),
  );
});
