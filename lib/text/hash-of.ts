import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** So many hex digits of SHA-256 over some texts. JSON keeps them apart whatever stands in them. */
export const hashOf = (texts: readonly string[], digits: number): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify(texts)))).slice(0, digits);
