/** The thing that an API call changed, as far as its parameters name it. */
export type ChangedThing =
  | { readonly kind: 'role'; readonly name: string }
  /** `hostPath`: the issuer without scheme. */
  | { readonly kind: 'provider'; readonly hostPath: string }
  | { readonly kind: 'cluster'; readonly region: string; readonly name: string }
  /** The parameters do not say. */
  | { readonly kind: 'unnamed' };

/** One API call that changed something, as CloudTrail recorded it: who, from where, when. All text comes from outside. */
export interface ChangeEvent {
  /** CloudTrail's id of the event. */
  readonly eventId: string;
  /** `UpdateAssumeRolePolicy`. */
  readonly event: string;
  /** ISO 8601. */
  readonly at: string;
  /** The account that was changed. */
  readonly accountId: string;
  /** ARN of the caller, or else their description by CloudTrail. */
  readonly actor: string;
  readonly sourceIp: string;
  readonly thing: ChangedThing;
  /** Later or earlier calls that changed the same and are not kept. */
  readonly others?: number;
}
