import type { AnyRule } from '../prelude.ts';
import { providerAudienceMissing } from './provider-audience-missing.ts';
import { providerAudienceUnexpected } from './provider-audience-unexpected.ts';
import { providerOrphaned } from './provider-orphaned.ts';
import { providerQuotaNear } from './provider-quota-near.ts';
import { providerThumbprintMismatch } from './provider-thumbprint-mismatch.ts';
import { providerThumbprintNotRoot } from './provider-thumbprint-not-root.ts';
import { providerThumbprintStale } from './provider-thumbprint-stale.ts';
import { providerUrlMismatch } from './provider-url-mismatch.ts';

/** The rules of the group `provider`. */
export const providerRules: readonly AnyRule[] = [
  providerUrlMismatch,
  providerAudienceMissing,
  providerAudienceUnexpected,
  providerThumbprintMismatch,
  providerThumbprintNotRoot,
  providerThumbprintStale,
  providerOrphaned,
  providerQuotaNear,
];
