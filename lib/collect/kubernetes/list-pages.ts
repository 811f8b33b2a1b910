import * as z from 'zod';
import type { Gap, ReadFailure } from '../../core/model/collected.ts';
import { oneLine } from '../../core/text/one-line.ts';
import type { ApiCall, KubernetesApi } from './kubernetes-api.ts';

/**
 * One page of a list; items are not looked at yet. A kind and items are in every list of kube-apiserver (Kubernetes API
 * conventions, "Lists and Simple kinds"), an empty one included: whatever has less is no list, above all no empty one.
 */
const pageOf = ({ kind, apiVersion = 'v1' }: ListCall) =>
  z.union([
    z.object({ kind: z.literal(`${kind}List`), apiVersion: z.literal(apiVersion).optional(), ...rest }),
    z.object({ kind: z.literal('PartialObjectMetadataList'), apiVersion: metadataVersion.optional(), ...rest }),
  ]);
const metadataVersion = z.templateLiteral(['meta.k8s.io/', z.string()]);
const rest = {
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(z.unknown()),
};

/** Items of a list have their kind left out, or their own. */
const itemOf = ({ kind }: ListCall) =>
  z.looseObject({ kind: z.union([z.literal(kind), z.literal('PartialObjectMetadata')]).optional() });

/** What came instead of a list, for the message. */
const stranger = z.object({ kind: z.string().max(100), message: z.string().optional().catch(undefined) });

/** Items a page, as kubectl asks for. */
const pageSize = 500;
/** A page whose answer is too large is asked for again with fewer items. */
const smallPageSize = 50;
/** How often a list is begun again after 410: the server then forgot the snapshot that the token stood for. */
const maxRestarts = 3;
/** An endless list of a hostile server ends here: a cluster has at most 150,000 pods (Kubernetes, "Considerations for
 *  large clusters"), and pages may be small. */
const maxItems = 200_000;
const maxPages = 2_000;

/** Which list: `kind` is that of its items. */
export interface ListCall extends Pick<ApiCall, 'path' | 'resource' | 'accept' | 'apiGroup'> {
  readonly kind: string;
  readonly apiVersion?: string;
}

/** What a list came to: what `take` kept of each item, and what was not read. */
export type Listed<T> =
  | { readonly ok: true; readonly items: readonly T[]; readonly gaps: readonly Gap[] }
  | { readonly ok: false; readonly reason: ReadFailure; readonly status?: number };

/** Keeps what matters of one item, or says in a word why it cannot be used. The item itself is dropped at once. */
export type Take<T> = (item: unknown) => { readonly keep: T } | { readonly skip: true } | { readonly bad: string };

/**
 * Reads a whole list page by page (`limit`, `continue`), reducing each page before the next is asked for, so that memory
 * holds one page at a time. A 410 begins the list again and drops what was kept: pages of two snapshots do not mix. What
 * fails after the first page leaves what was read, with a gap; on the first page there is nothing, hence the reason.
 */
export const listPages = async <T>(api: KubernetesApi, list: ListCall, take: Take<T>): Promise<Listed<T>> => {
  const { kind, apiVersion, ...call } = list;
  const page = pageOf(list);
  const state: { kept: T[]; gaps: Gap[] } = { kept: [], gaps: [] };
  const seen = new Set<string>();
  let token: string | undefined;
  let limit = pageSize;
  let restarts = 0;
  for (let pages = 1; ; pages++) {
    const query = new URLSearchParams({ limit: String(limit), ...(token === undefined ? {} : { continue: token }) });
    const answer = await api.send({ ...call, verb: 'list', path: `${call.path}?${query}` });
    if (!answer.ok) {
      if (answer.reason.kind === 'too-large' && limit > smallPageSize) {
        limit = smallPageSize;
        continue;
      }
      if (answer.status === 410 && restarts < maxRestarts) {
        restarts += 1;
        token = undefined;
        seen.clear();
        state.kept = [];
        state.gaps = [];
        continue;
      }
      if (token === undefined) return answer;
      return listed(state, [{ what: `page ${pages} of ${call.resource}`, reason: answer.reason }]);
    }
    const parsed = page.safeParse(answer.body);
    if (!parsed.success) {
      const reason = noList(call.resource, answer.body);
      return token === undefined
        ? { ok: false, reason }
        : listed(state, [{ what: `page ${pages} of ${call.resource}`, reason }]);
    }
    keep(parsed.data.items, checked(list, take), call.resource, state);
    const next = parsed.data.metadata.continue;
    if (!next) return listed(state, []);
    if (seen.has(next) || pages >= maxPages || state.kept.length > maxItems)
      return listed(state, [endless(call.resource, pages)]);
    seen.add(next);
    token = next;
  }
};

const noList = (resource: string, body: unknown): ReadFailure => {
  const { kind, message } = stranger.safeParse(body).data ?? {};
  const instead = kind === undefined ? '' : `, but ${kind}${message === undefined ? '' : `: ${message}`}`;
  return {
    kind: 'invalid',
    operation: `list ${resource}`,
    message: oneLine(`the answer is not a list of ${resource}${instead}`),
  };
};

/** Refuses items of another kind before they are looked at. */
const checked = <T>(list: ListCall, take: Take<T>): Take<T> => {
  const item = itemOf(list);
  return one => (item.safeParse(one).success ? take(one) : { bad: `an item is not of kind ${list.kind}` });
};

const keep = <T>(
  items: readonly unknown[],
  take: Take<T>,
  resource: string,
  state: { readonly kept: T[]; readonly gaps: Gap[] },
): void => {
  for (const item of items) {
    const taken = take(item);
    if ('keep' in taken) state.kept.push(taken.keep);
    else if ('bad' in taken && state.gaps.length < 100)
      state.gaps.push({
        what: `one of ${resource}`,
        reason: { kind: 'invalid', operation: `list ${resource}`, message: taken.bad },
      });
  }
};

const listed = <T>(state: { readonly kept: T[]; readonly gaps: Gap[] }, more: readonly Gap[]): Listed<T> => ({
  ok: true,
  items: state.kept,
  gaps: [...state.gaps, ...more],
});

const endless = (resource: string, pages: number): Gap => ({
  what: `pages of ${resource} after page ${pages}`,
  reason: { kind: 'too-large', operation: `list ${resource}`, message: 'the list does not end' },
});
