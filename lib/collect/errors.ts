/** What stops a collection before it begins, each with one sentence for the person who started it. */

/** There are no credentials, they have expired or AWS does not know them. Fixed by the user, not by a repeat. */
export class CredentialsInvalid extends Error {
  override readonly name = 'CredentialsInvalid';
  readonly code = 'credentials-invalid';
}

/** No region is configured and none was given. */
export class RegionMissing extends Error {
  override readonly name = 'RegionMissing';
  readonly code = 'region-missing';
}
