import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Where the text of a policy is read: everywhere else its statements are asked. */
const parser = 'lib/policy/parse/';
const files = ['lib', 'lambdas', 'bin', 'scripts']
  .flatMap(root =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(root, name)),
  )
  .filter(file => !file.startsWith(parser));

const searches =
  'at|charAt|endsWith|includes|indexOf|lastIndexOf|match|matchAll|replace|replaceAll|search|slice|split|startsWith|substring';
const forbidden = [
  new RegExp(`\\btrustPolicy\\b[)!]*\\??\\.(?:${searches})\\(`),
  /\.(?:test|exec)\((?:\w+\()?[^()]*\btrustPolicy\b/,
  /\bJSON\.parse\((?:\w+\()?[^()]*\btrustPolicy\b/,
];
const isSearch = (line: string): boolean => forbidden.some(pattern => pattern.test(line));

describe('the text of a trust policy', () => {
  test.each([
    "if (role.trustPolicy.includes('oidc-provider')) roles.push(role);",
    "return plain(role.trustPolicy).includes('oidc');",
    'const isOpen = /"\\*"/.test(role.trustPolicy);',
    'if (!/oidc/.test(plain(role.trustPolicy))) return [];',
    'const document = JSON.parse(role.trustPolicy);',
    "trustPolicy.split('oidc')",
  ])('is searched by the parser alone; a search is seen: %s', line => expect(isSearch(line)).toBe(true));

  test.each([
    'roles.push({ arn: role.arn, trustPolicy: role.trustPolicy });',
    'const longest = Math.max(most, trustPolicy.length);',
    'const policy = JSON.parse(aTrustPolicy());',
    'const parsed = trustPolicyOf(role);',
  ])('may be handed on: %s', line => expect(isSearch(line)).toBe(false));

  test('is searched nowhere else', () => {
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap(file =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(isSearch)
        .map(line => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
