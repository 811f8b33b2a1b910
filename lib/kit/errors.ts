/**
 * The errors that leave a step. Their names stand in `contract.ts`; the state machine retries or catches by them, so a
 * name is a contract with what is deployed. Each keeps its `cause`.
 */

/** AWS asked to slow down. A later repeat may work. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
  readonly code = 'throttled';
}

/** A network failure, a 5xx or a time-out of a service the auditor itself stands on. A repeat may work. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly code = 'transient';
}

/** Another run wrote first, or is sending. A repeat reads the new state and works from it. */
export class StateConflict extends Error {
  override readonly name = 'StateConflict';
  readonly code = 'state-conflict';
}

/** A step was called with an event that is not its own; the message names the field. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
  readonly code = 'invalid-event';
}

/** The list of accounts could not be read: without it there is no run. */
export class TargetsUnreadable extends Error {
  override readonly name = 'TargetsUnreadable';
  readonly code = 'targets-unreadable';
}

/** There is no document under the key. */
export class DocumentMissing extends Error {
  override readonly name = 'DocumentMissing';
  readonly code = 'document-missing';
}

/** The document under the key is not JSON, or not of the shape that this version reads. */
export class DocumentInvalid extends Error {
  override readonly name = 'DocumentInvalid';
  readonly code = 'document-invalid';
}

/** An opaque cursor that this store did not make. */
export class CursorInvalid extends Error {
  override readonly name = 'CursorInvalid';
  readonly code = 'cursor-invalid';
}
