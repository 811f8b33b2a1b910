import { describe, expect, test } from '@jest/globals';
import { nameOfProxy, parseProxy, proxyFor } from '../../lib/outbound/proxy.ts';

const proxied = (target: string, env: Readonly<Record<string, string>>): string | undefined =>
  proxyFor(new URL(target), env)?.url.href;
const http = 'http://proxy.example:3128/';

describe('the proxy of a URL', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
    ['https://iam.amazonaws.com', {}, undefined],
    ['https://iam.amazonaws.com', { HTTPS_PROXY: 'http://proxy.example:3128' }, http],
    ['https://iam.amazonaws.com', { https_proxy: 'http://proxy.example:3128' }, http],
    ['https://iam.amazonaws.com', { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:2' }, 'http://low:1/'],
    ['https://iam.amazonaws.com', { https_proxy: ' ', HTTPS_PROXY: 'http://proxy.example:3128' }, http],
    ['https://iam.amazonaws.com', { HTTPS_PROXY: 'proxy.example:3128' }, http],
    ['https://iam.amazonaws.com', { HTTPS_PROXY: 'https://proxy.example' }, 'https://proxy.example/'],
    ['https://iam.amazonaws.com', { HTTP_PROXY: 'http://proxy.example:3128' }, undefined],
    ['http://endpoint.example', { HTTP_PROXY: 'http://proxy.example:3128' }, http],
    ['http://endpoint.example', { HTTPS_PROXY: 'http://proxy.example:3128' }, undefined],
    ['https://localhost:8443', { HTTPS_PROXY: 'http://proxy.example:3128' }, undefined],
    ['https://127.1.2.3', { HTTPS_PROXY: 'http://proxy.example:3128' }, undefined],
    ['https://[::1]:8443', { HTTPS_PROXY: 'http://proxy.example:3128' }, undefined],
  ])('%s with %j', (target, env, wanted) => {
    expect(proxied(target, env)).toBe(wanted);
  });

  test.each<readonly [string, string, boolean]>([
    ['*', 'https://iam.amazonaws.com', true],
    ['', 'https://iam.amazonaws.com', false],
    [' , ,', 'https://iam.amazonaws.com', false],
    ['amazonaws.com', 'https://iam.amazonaws.com', true],
    ['amazonaws.com', 'https://amazonaws.com', true],
    ['AMAZONAWS.COM', 'https://iam.amazonaws.com', true],
    ['amazonaws.com', 'https://notamazonaws.com', false],
    ['amazonaws.com', 'https://amazonaws.com.example', false],
    ['.amazonaws.com', 'https://iam.amazonaws.com', true],
    ['.amazonaws.com', 'https://amazonaws.com', false],
    ['*.amazonaws.com', 'https://iam.amazonaws.com', true],
    ['*.amazonaws.com', 'https://amazonaws.com', false],
    ['other.example iam.amazonaws.com', 'https://iam.amazonaws.com', true],
    ['other.example,iam.amazonaws.com', 'https://iam.amazonaws.com.', true],
    ['iam.amazonaws.com:443', 'https://iam.amazonaws.com', true],
    ['iam.amazonaws.com:8443', 'https://iam.amazonaws.com', false],
    ['10.0.0.7', 'https://10.0.0.7', true],
    ['10.0.0.7', 'https://10.0.0.70', false],
    ['10.0.0.7:443', 'https://10.0.0.7', true],
    ['10.0.0.0/8', 'https://10.20.30.40', true],
    ['10.0.0.0/8', 'https://11.0.0.1', false],
    ['10.0.0.0/8', 'https://ten.example', false],
    ['10.0.0.0/99', 'https://10.0.0.1', false],
    ['0.0.0.0/0', 'https://8.8.8.8', true],
    ['fd00::/8', 'https://[fd12::7]', true],
    ['fd12:0:0::7', 'https://[fd12::7]', true],
    ['[fd12::7]:443', 'https://[fd12::7]', true],
    ['[fd12::7]:80', 'https://[fd12::7]', false],
    ['7', 'https://10.0.0.7', false],
    ['[', 'https://10.0.0.7', false],
    [':443', 'https://10.0.0.7', false],
  ])('NO_PROXY=%j keeps %s from it: %s', (noProxy, target, isDirect) => {
    const env = { HTTPS_PROXY: 'http://proxy.example:3128' };
    expect(proxied(target, { ...env, NO_PROXY: noProxy })).toBe(isDirect ? undefined : http);
    expect(proxied(target, { ...env, no_proxy: noProxy })).toBe(isDirect ? undefined : http);
  });
});

describe('the URL of a proxy', () => {
  test.each([
    ['http://proxy.example:3128', undefined],
    ['http://jane@proxy.example:3128', 'jane:'],
    ['http://:secret@proxy.example:3128', ':secret'],
  ])('%s sends the credentials %s', (text, credentials) => {
    const { authorization } = parseProxy(text, 'HTTPS_PROXY');
    expect(authorization).toBe(credentials && `Basic ${Buffer.from(credentials).toString('base64')}`);
  });

  test('keeps user and password out of everything that is printed', () => {
    const proxy = parseProxy('http://jane:p%40ss%3Aword@proxy.example:3128', 'HTTPS_PROXY');
    expect(proxy.authorization).toBe(`Basic ${Buffer.from('jane:p@ss:word').toString('base64')}`);
    expect(`${proxy.url} ${nameOfProxy(proxy)}`).toBe('http://proxy.example:3128/ proxy.example:3128 (HTTPS_PROXY)');
  });

  test.each([
    ['socks5://jane:secret@proxy.example:1080', /^HTTPS_PROXY: got socks5:\/\/proxy.example:1080, wanted a proxy of/],
    ['http://jane:secret@:0x', /^HTTPS_PROXY: got a text that is no URL, wanted http:\/\/HOST:PORT or https:/],
    ['http://jane:secret%@proxy.example', /^HTTPS_PROXY: user or password holds a % that begins no escape/],
  ])('%s is refused in one sentence without its password', (text, message) => {
    const refuse = () => parseProxy(text, 'HTTPS_PROXY');
    expect(refuse).toThrow(message);
    expect(refuse).not.toThrow(/secret/);
  });
});
