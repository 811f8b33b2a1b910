import { describe, expect, test } from '@jest/globals';
import { isPublicAddress } from '../../../lib/collect/issuer/connect-to.ts';
import { fc } from '../../support/properties.ts';

describe('isPublicAddress', () => {
  test.each([
    ['0.0.0.0', 'this network'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.127.255.255', 'the end of carrier-grade NAT'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'instance metadata'],
    ['169.254.170.2', 'container credentials'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'the end of private'],
    ['192.0.0.8', 'protocol assignments'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', '6to4 relay'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'benchmarks'],
    ['198.19.255.255', 'the end of benchmarks'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'mapped loopback'],
    ['::ffff:8.8.8.8', 'mapped, however public'],
    ['::ffff:a9fe:a9fe', 'mapped metadata in hexadecimal'],
    ['::127.0.0.1', 'compatible'],
    ['64:ff9b::7f00:1', 'NAT64 of loopback'],
    ['64:ff9b::10.0.0.1', 'NAT64 of a private address'],
    ['64:ff9b::', 'NAT64 of nothing'],
    ['64:ff9b:1::1', 'local NAT64'],
    ['100::1', 'discard'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::1', '6to4 of loopback'],
    ['3fff::1', 'documentation'],
    ['5f00::1', 'segment routing'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'instance metadata'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['2600:1f18::1%eth0', 'a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['', 'nothing'],
    ['localhost', 'a name'],
    ['oidc.eks.eu-west-1.amazonaws.com', 'a name'],
    ['2130706433', 'a number'],
    ['0x7f.1', 'hexadecimal'],
    ['010.0.0.1', 'octal'],
    ['8.8.8.8:443', 'a port'],
    ['[2600::1]', 'brackets'],
  ])('refuses %s (%s)', address => expect(isPublicAddress(address)).toBe(false));

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '52.94.76.10',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '198.17.255.255',
    '223.255.255.255',
    '2600:1f18:1234::1',
    '2a05:d018::1',
    '64:ff9b::808:808',
    '64:ff9b::8.8.8.8',
  ])('allows %s', address => expect(isPublicAddress(address)).toBe(true));

  test('never allows what the IPv4 blocks hold, in any spelling as IPv6', () => {
    const inside = fc
      .constantFrom<readonly [number, number]>([10, 8], [127, 8])
      .chain(([first]) => fc.tuple(fc.constant(first), fc.nat(255), fc.nat(255), fc.nat(255)));
    fc.assert(
      fc.property(inside, bytes => {
        const address = bytes.join('.');
        for (const prefix of ['', '::ffff:', '64:ff9b::', '::'])
          expect([prefix, isPublicAddress(`${prefix}${address}`)]).toEqual([prefix, false]);
      }),
    );
  });
});
