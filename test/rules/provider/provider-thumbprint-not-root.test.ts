import { aCertificate, exampleRootThumbprint as root, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { dead, leaf, middle, other, pins, sees, untrusted } from './worlds.ts';

const pinned = (subject: string, sha1: string) => aCertificate({ subject, sha1, isSelfSigned: true });

const rootSent = [pinned('CN=leaf', leaf), pinned('CN=M01', middle), pinned('CN=Root', root)];

says('provider-thumbprint-not-root', [
  ['the last', pins(root), []],
  ['the leaf', pins(leaf), [/^low: lower .*"certificate":"CN=\*\.execute-api\.example".*"end":"2027-06-30"/]],
  ['a lower intermediate', pins(middle), [/^low: lower .*"certificate":"CN=Amazon RSA 2048 M01".*"end":"2030-08-23"/]],
  ['all of them', pins(leaf, middle, root), []],
  ['the top intermediate below a root that is sent', () => sees([middle], { chain: rootSent }), []],
  [
    'the leaf below',
    () => sees([leaf], { chain: rootSent }),
    [/^low: lower .*"certificate":"CN=leaf".*"end":"2037-12-31"/],
  ],
  [
    'the leaf and the root that was not sent',
    () => sees([leaf, other], { trust: { verdict: 'public', root: { subject: 'CN=R', sha1: other } } }),
    [],
  ],
  ['none matches: the business of another rule', pins(other), []],
  [
    'the leaf of a chain that is not public',
    () => sees([leaf], { trust: untrusted }),
    [/^low: lower .*"certificate":"CN=\*\.execute-api\.example".*"end":"2027-06-30"/],
  ],
  ['not probed', () => someFacts({ issuers: [] }), [/^unknown/]],
  ['the provider of a cluster that is gone', () => dead(), []],
  [
    'the leaf of a chain that is not public',
    () => sees([leaf], { trust: untrusted }),
    [/^low: lower .*"certificate":"CN=\*\.execute-api\.example".*"end":"2027-06-30"/],
  ],
]);
