import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a certificate authority: base64 of PEM, as EKS and kubeconfigs give it. Blanks do not count. */
export const authorityHash = (base64: string): string => bytesToHex(sha256(utf8ToBytes(base64.replace(/\s+/g, ''))));
