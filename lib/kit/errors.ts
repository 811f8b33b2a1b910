/**
 * The errors that leave a step. Their names stand in `contract.ts`; the state machine retries or catches by them, so a
 * name is a contract with what is deployed. Each keeps its `cause`.
 */

import { namedError } from '../text.ts';

/** AWS asked to slow down. A later repeat may work. */
export const ThrottledError = namedError('ThrottledError', 'throttled');

/** A network failure, a 5xx or a time-out of a service the auditor itself stands on. A repeat may work. */
export const TransientError = namedError('TransientError', 'transient');

/** Another run wrote first, or is sending. A repeat reads the new state and works from it. */
export const StateConflict = namedError('StateConflict', 'state-conflict');

/** A step was called with an event that is not its own; the message names the field. */
export const InvalidEvent = namedError('InvalidEvent', 'invalid-event');

/** The list of accounts could not be read: without it there is no run. */
export const TargetsUnreadable = namedError('TargetsUnreadable', 'targets-unreadable');

/** There is no document under the key. */
export const DocumentMissing = namedError('DocumentMissing', 'document-missing');

/** The document under the key is not JSON, or not of the shape that this version reads. */
export const DocumentInvalid = namedError('DocumentInvalid', 'document-invalid');

/** An opaque cursor that this store did not make. */
export const CursorInvalid = namedError('CursorInvalid', 'cursor-invalid');
