/** Where the parts of a run lie in the DocumentStore, and the shapes of those parts. */

import * as z from 'zod';
import type { FleetPart, FleetShare } from '../facts.ts';
import type { CoverageArea } from '../history/coverage-area.ts';
import type { FactChange, Transition } from '../history/transition.ts';
import type { CoverageState } from '../history/watch-coverage.ts';
import { DocumentInvalid, DocumentMissing } from '../kit/errors.ts';
import {
  type AccountSnapshot,
  type FleetIndex,
  type ReadFailure,
  type ReadInside,
  type Severity,
  snapshotSchemaVersion,
  type Unread,
} from '../model.ts';
import type { ClusterCounts } from '../report/run-report.ts';
import type { Evaluation } from '../rules/evaluate/evaluation.ts';
import { given } from '../text.ts';
import { besideNewer, DocumentOfNewerVersion } from './document-version.ts';
import type { CompletedRun, NotifyResult } from './events.ts';
import type { DocumentStore, EarlierReading, RunRecord } from './ports.ts';
import type { FastReading } from './target.ts';

/** `waiting-issuers.json` */
interface WaitingIssuers {
  readonly waiting: readonly string[];
}

/** Calls made, by operation. */
export type ApiCalls = Readonly<Record<string, number>>;

/** `accounts/<id>.json`. */
export type AccountDocument =
  | {
      readonly status: 'read';
      readonly snapshot: AccountSnapshot;
      /** Clusters whose inside was to be read: one without a document is a gap. */
      readonly inside: readonly string[];
      /** Clusters beyond `maxClustersInside`: not read, and said so. */
      readonly beyond: readonly string[];
      readonly apiCalls: ApiCalls;
      /** Present in a fast run. */
      readonly fast?: FastReading;
    }
  | { readonly status: 'failed'; readonly reason: ReadFailure; readonly apiCalls: ApiCalls };

/** `clusters/<id>/<region>/<name>.cluster`. */
export interface ClusterDocument extends ReadInside {
  readonly apiCalls: ApiCalls;
  /** Nothing was read, and a repeat of the step may read it. */
  readonly mayBeReadAgain?: true;
}

/** `index.json`: what every account's evaluation needs of the fleet, small. */
export interface IndexDocument extends Pick<FleetIndex, 'gaps' | 'organization'> {
  /** Accounts that were read, and those of them whose roles or providers were not. */
  readonly accounts: readonly string[];
  readonly rolesUnread: readonly string[];
  readonly providersUnread: readonly string[];
  /** Clusters of the whole fleet. */
  readonly clusterCount: number;
  /** Accounts that something of other accounts concerns. */
  readonly related: readonly string[];
  /** Of a fast run alone: the full run that has read the accounts, and the runs that have read some of them since, the
   *  newest first. */
  readonly readIn?: { readonly base: string; readonly later: Readonly<Record<string, readonly string[]>> };
}

/** `wanted-issuers.json`: URLs by account. */
export interface WantedIssuers {
  readonly wanted: Readonly<Record<string, readonly string[]>>;
}

/** `evaluations/<id>.json`. */
export interface EvaluationDocument {
  readonly evaluation?: Evaluation;
  readonly alias?: string;
  readonly regions: readonly string[];
  readonly transitions: readonly Transition[];
  readonly factChanges: readonly FactChange[];
  /** When each finding of the evaluation was first seen, ISO 8601, by id. */
  readonly firstSeen?: Readonly<Record<string, string>>;
  /** Beside the evaluation's own: the account as a whole. */
  readonly gaps: readonly Unread[];
}

/** `summaries/<id>.json`: what the last two steps need of an account, small. */
export interface SummaryDocument {
  readonly status: 'ok' | 'failed' | 'superseded';
  readonly gaps: readonly Unread[];
  readonly gapCount: number;
  readonly transitions: number;
  /** A full run found a setting of IAM or EKS changed, and no fast run wrote anything of the account since the one before. */
  readonly changedWithoutEvent?: true;
  /** Nothing of the account was read, whatever became of its evaluation. */
  readonly unread: boolean;
  /** The areas that were not read of it; absent where nothing is known of that. */
  readonly areas?: readonly CoverageArea[];
  /** Keys of what this run wrote and wants sent: an index of the table may show them late. */
  readonly unsentKeys: readonly string[];
  /** Findings of the account that are open after the run; absent where they were not read. */
  readonly open?: Readonly<Record<Severity, number>>;
  /** The same by cluster. */
  readonly openByCluster?: readonly ClusterCounts[];
  /** Calls that collecting the account took. */
  readonly apiCalls: ApiCalls;
  /** Of a fast run: changing calls that were too many to be kept; absent where there were none. */
  readonly changesLeftOut?: number;
}

/** `status.json`: the run is over. */
export interface StatusDocument {
  readonly record: RunRecord;
  readonly completed: CompletedRun;
}

/** Reads a document of this program's own making. Throws `DocumentMissing` and `DocumentInvalid`. */
export const getDocument = async <T extends object>(
  documents: DocumentStore,
  key: string,
  isOne: (value: object) => value is T,
): Promise<T> => {
  const value = await documents.get(key);
  if (typeof value === 'object' && value !== null && isOne(value)) return value;
  throw new DocumentInvalid(`${key} is not of the shape that this version reads`);
};

/** As `getDocument`; undefined where there is none. */
export const findDocument = async <T extends object>(
  documents: DocumentStore,
  key: string,
  isOne: (value: object) => value is T,
): Promise<T | undefined> => {
  try {
    return await getDocument(documents, key, isOne);
  } catch (error) {
    if (error instanceof DocumentMissing) return undefined;
    throw error;
  }
};

/** A document of all runs, as `findDocument`, and the key to write it back to. Where a newer version of this program wrote it,
 *  that one is kept, and this version has its own beside it. */
export const findOwn = async <T extends object>(
  documents: DocumentStore,
  key: string,
  isOne: (value: object) => value is T,
): Promise<{ readonly key: string; readonly found?: T }> => {
  try {
    const found = await findDocument(documents, key, isOne);
    return { key, ...given({ found }) };
  } catch (error) {
    const beside = besideNewer(key);
    if (error instanceof DocumentOfNewerVersion && key !== beside) return findOwn(documents, beside, isOne);
    throw error;
  }
};

const has = (value: object, ...names: readonly string[]): boolean => names.every(name => name in value);

/** An account's document; one with another schema version is refused, not guessed at. */
export const isAccountDocument = (value: object): value is AccountDocument => {
  if (!has(value, 'status', 'apiCalls')) return false;
  if ('snapshot' in value && typeof value.snapshot === 'object' && value.snapshot !== null)
    return 'schemaVersion' in value.snapshot && value.snapshot.schemaVersion === snapshotSchemaVersion;
  return 'status' in value && value.status === 'failed' && has(value, 'reason');
};
export const isClusterDocument = (value: object): value is ClusterDocument =>
  has(value, 'kubernetes', 'podIdentity', 'addons');
export const isShare = (value: object): value is FleetShare =>
  has(value, 'clusters', 'providers', 'accounts', 'asks', 'gaps');
export const isIndexDocument = (value: object): value is IndexDocument =>
  has(value, 'accounts', 'rolesUnread', 'gaps', 'clusterCount', 'related');
export const isFleetPart = (value: object): value is FleetPart => has(value, 'clusters', 'providers');
export const isWantedIssuers = (value: object): value is WantedIssuers => has(value, 'wanted');
export const isEvaluationDocument = (value: object): value is EvaluationDocument =>
  has(value, 'transitions', 'regions');
export const isSummaryDocument = (value: object): value is SummaryDocument =>
  has(value, 'gapCount', 'unsentKeys', 'apiCalls');
export const isWaitingIssuers = (value: object): value is WaitingIssuers =>
  'waiting' in value && Array.isArray(value.waiting) && value.waiting.every(url => typeof url === 'string');
/** `listed/<id>.json` */
const earlierReading = z.object({
  providers: z.array(z.string()).optional(),
  roles: z.array(z.string()).optional(),
  seen: z
    .record(
      z.string(),
      z.object({
        until: z.string(),
        stretches: z.array(
          z.object({
            from: z.string(),
            to: z.string(),
            events: z.array(z.looseObject({ roleArn: z.string(), failures: z.array(z.unknown()) })),
            gaps: z.array(z.looseObject({ what: z.string(), reason: z.unknown() })),
          }),
        ),
      }),
    )
    .optional(),
  uses: z
    .record(z.string(), z.object({ at: z.string(), services: z.number(), unused: z.array(z.string()) }))
    .optional(),
});
export const isEarlierReading = (value: object): value is EarlierReading => earlierReading.safeParse(value).success;
export const isStatusDocument = (value: object): value is StatusDocument => has(value, 'record', 'completed');
/** `coverage/state.json` */
export const isCoverageState = (value: object): value is CoverageState =>
  has(value, 'runId', 'at', 'accounts', 'areas');
/** `notification.json` */
export const isNotifyResult = (value: object): value is NotifyResult => has(value, 'sent', 'failed');
