import { expect, test } from '@jest/globals';
import { endNamed } from '../../../lib/cli/plan/end-named.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aProvider, exampleIssuer, someFacts } from '../../support/example-world.ts';

const facts = [someFacts({ clusters: complete([aReadCluster()]) })];
const host = exampleIssuer.replace('https://', '');

test.each([exampleIssuer, aProvider().arn, 'shop'])('%s is the cluster', name => {
  expect(endNamed('<old>', name, facts)).toMatchObject({ name: 'shop', issuer: host });
});

test('an issuer that nothing has is an end by itself', () => {
  expect(endNamed('<new>', 'https://oidc.example.com/id/A', facts)).toEqual({
    name: 'oidc.example.com/id/A',
    issuer: 'oidc.example.com/id/A',
  });
});

test.each([exampleIssuer.toLowerCase(), exampleIssuer.replace('oidc.eks', 'OIDC.EKS'), `${exampleIssuer}/`])(
  '%s is a known one in another spelling: no plan is made for it',
  name => {
    expect(() => endNamed('<new>', name, facts)).toThrow(`did you mean ${exampleIssuer}?`);
  },
);

test.each([0, 1])('the issuer of provider %d alone is known in another spelling, too', at => {
  const urls = ['https://token.example.com/Shop', 'https://token.example.com/Depot'];
  const providers = urls.map(url => aProvider({ arn: `arn:aws:iam::111122223333:oidc-provider/${url.slice(8)}` }));
  const known = [someFacts({ providers: complete(providers), clusters: complete([]) })];
  const url = urls[at] ?? '';
  expect(() => endNamed('<old>', url.toLowerCase(), known)).toThrow(`did you mean ${url}?`);
  expect(endNamed('<old>', url, known)).toMatchObject({ issuer: url.slice(8) });
});

test('an issuer that is known to the letter is an end, also beside another spelling of it', () => {
  const hosts = ['token.example.com/Shop', 'token.example.com/shop', 'token.example.com/Shop/'];
  const providers = hosts.map(one => aProvider({ arn: `arn:aws:iam::111122223333:oidc-provider/${one}` }));
  const known = [someFacts({ providers: complete(providers), clusters: complete([]) })];
  expect(hosts.map(one => endNamed('<old>', `https://${one}`, known).issuer)).toEqual(hosts);
});

test('a cluster without an issuer is no end', () => {
  const { issuer: _none, ...cluster } = aReadCluster().cluster;
  const without = [someFacts({ clusters: complete([{ ...aReadCluster(), cluster }]) })];
  expect(() => endNamed('<old>', 'shop', without)).toThrow(
    '<old>: cluster shop has no issuer: service accounts of it cannot have roles by IRSA',
  );
});
