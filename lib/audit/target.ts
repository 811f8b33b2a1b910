/** An account to audit, and the ports of the first step: which they are, of which organization, under which policies. */
import type { ChangeEvent, Collected, ControlPolicyTable, Organization } from '../model.ts';

/** One account to audit. */
export interface Target {
  readonly accountId: string;
  readonly name?: string;
  readonly regions: readonly string[];
  /** Read-only role to assume there; absent for the caller's own account. */
  readonly roleArn?: string;
  readonly externalId?: string;
  /** Present in a fast run. */
  readonly fast?: FastReading;
}

/** The facts that a fast run has of an account before it reads it. */
export interface FastReading {
  /** The changes told of the account: the reason to read it. */
  readonly changes: readonly ChangeEvent[];
  /** How many more calls there were, of changed things of which none is kept. */
  readonly leftOut: number;
}

/** Lists the accounts: the caller's own, those of the configuration, or an organization's. Throws `TargetsUnreadable`. */
export interface TargetSource {
  list(): Promise<readonly Target[]>;
}

/** Reads the resource control policies of the organization, once for all accounts. Never throws: what is refused is a gap. */
export interface ControlPolicyReader {
  read(targets: readonly Target[]): Promise<Collected<ControlPolicyTable>>;
}

/** Reads the organization of the targets. Never throws: what is refused is a gap. */
export interface OrganizationReader {
  read(targets: readonly Target[]): Promise<Collected<Organization>>;
}
