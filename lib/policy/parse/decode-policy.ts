import type { PolicyProblem } from './policy.ts';

/** The longest text that is read: the API's own limit for a trust policy (IAM API reference, 131,072 characters). */
export const maxPolicyLength = 131_072;

/** Three characters for each encoded one. */
const maxEncodedLength = 3 * maxPolicyLength + 16;

/** How encoded JSON of an object begins: white space, plain or encoded, then a brace or a BOM. Plain JSON has none of it. */
const encodedStart = /^(?:\s|%(?:09|0A|0D|20))*%(?:7B|EF%BB%BF)/i;

/** The policy's JSON without BOM and URL encoding; a problem where the encoding is broken. */
export const decodePolicyText = (text: string): string | PolicyProblem => {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (!encodedStart.test(plain) || plain.length > maxEncodedLength) return plain;
  try {
    const decoded = decodeURIComponent(plain);
    return decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
  } catch {
    return {
      kind: 'unreadable',
      message: 'the text looks URL-encoded, but its encoding is broken',
      at: { line: 1, column: 1 },
    };
  }
};
