/** Errors that stop a collection before it begins, each with one sentence for the person who started it. */
import { namedError } from '../text.ts';

/** There are no credentials, they have expired or AWS does not know them. Fixed by the user, not by a repeat. */
export const CredentialsInvalid = namedError('CredentialsInvalid', 'credentials-invalid');

/** No region is configured and none was given. */
export const RegionMissing = namedError('RegionMissing', 'region-missing');
