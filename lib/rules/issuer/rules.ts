import type { AnyRule } from '../prelude.ts';
import { issuerCertificateExpiring } from './issuer-certificate-expiring.ts';
import { issuerCertificateUntrusted } from './issuer-certificate-untrusted.ts';
import { issuerClaimable } from './issuer-claimable.ts';
import { issuerDiscoveryInvalid } from './issuer-discovery-invalid.ts';
import { issuerOutside } from './issuer-outside.ts';
import { issuerUnreachable } from './issuer-unreachable.ts';

/** The rules of the group `issuer`. */
export const issuerRules: readonly AnyRule[] = [
  issuerUnreachable,
  issuerClaimable,
  issuerCertificateUntrusted,
  issuerCertificateExpiring,
  issuerDiscoveryInvalid,
  issuerOutside,
];
