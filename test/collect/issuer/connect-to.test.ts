import { describe, expect, test } from '@jest/globals';
import { overrideFor, parseConnectTo } from '../../../lib/collect/issuer/connect-to.ts';
import { fc } from '../../support/properties.ts';

describe('parseConnectTo', () => {
  test.each([
    ['a.example:443:127.0.0.1:8443', { host: 'a.example', port: 443, address: '127.0.0.1', addressPort: 8443 }],
    [' A.Example:443:LocalHost:1 ', { host: 'a.example', port: 443, address: 'localhost', addressPort: 1 }],
    ['a.example:443:[::1]:65535', { host: 'a.example', port: 443, address: '::1', addressPort: 65535 }],
    ['[2600::1]:443:[fd00::1]:443', { host: '2600::1', port: 443, address: 'fd00::1', addressPort: 443 }],
  ])('reads %s', (text, override) => expect(parseConnectTo(text)).toEqual({ ok: true, override }));

  test.each([
    ['', 'HOST:PORT:ADDRESS:PORT'],
    ['a.example', 'HOST:PORT:ADDRESS:PORT'],
    ['a.example:443', 'HOST:PORT:ADDRESS:PORT'],
    ['a.example:443:127.0.0.1', 'HOST:PORT:ADDRESS:PORT'],
    ['a.example:443:127.0.0.1:8443:1', 'HOST:PORT:ADDRESS:PORT'],
    ['::127.0.0.1:8443', 'HOST:PORT:ADDRESS:PORT'],
    ['a.example:443:::1:443', 'HOST:PORT:ADDRESS:PORT'],
    ['a.example:https:127.0.0.1:8443', 'HOST:PORT:ADDRESS:PORT'],
    ['https://a.example:443:127.0.0.1:8443', 'HOST:PORT:ADDRESS:PORT'],
    ['a.example:0:127.0.0.1:8443', 'a port from 1 to 65535, not 0'],
    ['a.example:443:127.0.0.1:65536', 'a port from 1 to 65535, not 65536'],
    ['a b:443:127.0.0.1:8443', 'not "a b"'],
    ['a.example:443:[zz]:8443', 'not "[zz]"'],
    ['a.example:443:-x:8443', 'not "-x"'],
  ])('refuses %j in one sentence', (text, wanted) => {
    const parsed = parseConnectTo(text);
    expect(parsed.ok ? '' : parsed.message).toContain(wanted);
    expect(parsed.ok ? '' : parsed.message).toContain(JSON.stringify(text));
  });

  test('never throws, and its message stays one short line', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const parsed = parseConnectTo(text);
        expect(parsed.ok || (!parsed.message.includes('\n') && parsed.message.length < 1500)).toBe(true);
      }),
    );
  });
});

test('an override is for exactly its host and port', () => {
  const override = { host: 'a.example', port: 443, address: '127.0.0.1', addressPort: 8443 };
  expect(overrideFor([override], 'A.example', 443)).toBe(override);
  expect(overrideFor([override], 'a.example', 8443)).toBeUndefined();
  expect(overrideFor([override], 'b.a.example', 443)).toBeUndefined();
});
