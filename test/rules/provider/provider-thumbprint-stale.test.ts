import { complete } from '../../../lib/model/collected.ts';
import { aProvider, exampleRootThumbprint as root, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { dead, historic, other, pins, sees } from './worlds.ts';

says('provider-thumbprint-stale', [
  ['one', pins(root), []],
  ['the same twice', pins(root, root.toUpperCase()), []],
  ['a root of earlier years', pins(root, historic), [/^info: one .*"dead":1/]],
  ['placeholders', pins(root, 'f'.repeat(40), '0'.repeat(40)), [/^info: several .*"dead":2/]],
  ['none matches: the business of another rule', pins(other, historic), []],
  [
    'the root that was not sent is no dead weight',
    () => sees([root, other], { trust: { verdict: 'public', root: { subject: 'CN=R', sha1: other } } }),
    [],
  ],
  [
    'not probed, two',
    () => someFacts({ issuers: [], providers: complete([aProvider({ thumbprints: [root, other] })]) }),
    [/^unknown/],
  ],
  ['the provider of a cluster that is gone', () => dead(), []],
]);
