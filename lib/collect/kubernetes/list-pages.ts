import * as z from 'zod';
import type { Gap, ReadFailure } from '../../model.ts';
import { given, oneLine } from '../../text.ts';
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
const rest = { metadata: z.object({ continue: z.string().optional() }), items: z.array(z.unknown()) };

/** The kind and version of an item: in a list most have neither. */
const itemKind = z.object({ kind: z.string().optional() });

/** The form of an answer that is no list, for the message. */
const stranger = z.object({ kind: z.string().max(100), message: z.string().optional().catch(undefined) });

/** Items a page, as kubectl asks for. A page that is too large, or too slow, is asked for again with a tenth of them. */
const pageSize = 500;
/** How often a list is begun again after 410: the server then forgot the snapshot that the token stood for. */
const maxRestarts = 3;
/** An endless list of a hostile server ends here: a cluster has at most 150,000 pods (Kubernetes, "Considerations for
 *  large clusters"), and pages may be small. */
const maxItems = 200_000;
/** Of items that cannot be used so many are told. */
const maxGaps = 100;
const maxPages = 2_000;

/** Which list: `kind` is that of its items. */
export interface ListCall extends Pick<ApiCall, 'path' | 'resource' | 'accept' | 'apiGroup'> {
  readonly kind: string;
  readonly apiVersion?: string;
  /** Parameters beside those of the paging, such as a label selector. */
  readonly query?: Readonly<Record<string, string>>;
}

/** The result of a list: the parts that `take` kept of each item, and the gaps. */
export type Listed<T> =
  | { readonly ok: true; readonly items: readonly T[]; readonly gaps: readonly Gap[] }
  | { readonly ok: false; readonly reason: ReadFailure; readonly status?: number };

/** Keeps what matters of one item, or says in a word why it cannot be used. The item itself is dropped at once. */
export type Take<T> = (item: unknown) => { readonly keep: T } | { readonly skip: true } | { readonly bad: string };

/** The kept items of a list, or of one page. */
interface Kept<T> {
  readonly items: T[];
  readonly gaps: Gap[];
}

type Page<T> =
  | { readonly ok: true; readonly kept: Kept<T>; readonly next: string | undefined }
  | { readonly ok: false; readonly reason: ReadFailure; readonly status?: number };

/**
 * Reads a whole list page by page (`limit`, `continue`), reducing each item when it arrives, so that memory holds one
 * item beside what is kept. A 410 begins the list again and drops what was kept: pages of two snapshots do not mix. A
 * failure after the first page leaves the items before it, with a gap; on the first page there is nothing, hence the
 * reason.
 */
export const listPages = async <T>(api: KubernetesApi, list: ListCall, take: Take<T>): Promise<Listed<T>> => {
  let kept: Kept<T> = { items: [], gaps: [] };
  const seen = new Set<string>();
  let token: string | undefined;
  let limit = pageSize;
  let restarts = 0;
  for (let pages = 1; ; pages++) {
    const page = await readPage(api, list, take, { limit, token });
    if (page.ok) {
      for (const item of page.kept.items) kept.items.push(item);
      kept.gaps.push(...page.kept.gaps.slice(0, maxGaps - kept.gaps.length));
      if (!page.next) return listed(kept, []);
      if (seen.has(page.next) || pages >= maxPages || kept.items.length > maxItems)
        return listed(kept, [endless(list.resource, pages)]);
      seen.add(page.next);
      token = page.next;
      limit = Math.min(limit * 2, pageSize);
    } else if (isTooMuch(page.reason) && limit > 1) limit = Math.ceil(limit / 10);
    else if (page.status === 410 && restarts < maxRestarts) {
      restarts += 1;
      token = undefined;
      seen.clear();
      kept = { items: [], gaps: [] };
    } else if (token === undefined) return page;
    else return listed(kept, [{ what: `page ${pages} of ${list.resource}`, reason: page.reason }]);
  }
};

/** Fewer items may get through. */
const isTooMuch = ({ kind }: ReadFailure): boolean => kind === 'too-large';

/** One page. Items are taken as they arrive, and are void if the page proves invalid. */
const readPage = async <T>(
  api: KubernetesApi,
  list: ListCall,
  take: Take<T>,
  { limit, token }: { readonly limit: number; readonly token: string | undefined },
): Promise<Page<T>> => {
  const { kind, apiVersion, query: selecting, ...call } = list;
  const kept: Kept<T> = { items: [], gaps: [] };
  const onItem = (item: unknown): void => keep(item, list, take, kept);
  const query = new URLSearchParams({ ...selecting, limit: String(limit), ...given({ continue: token }) });
  const answer = await api.send({ ...call, verb: 'list', path: `${call.path}?${query}`, onItem });
  if (!answer.ok) return answer;
  const page = pageOf(list).safeParse(answer.body);
  if (!page.success) return { ok: false, reason: noList(list.resource, answer.body) };
  for (const item of page.data.items) onItem(item);
  return { ok: true, kept, next: page.data.metadata.continue };
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

const keep = <T>(item: unknown, list: ListCall, take: Take<T>, kept: Kept<T>): void => {
  const parsed = itemKind.safeParse(item);
  const isOfKind = parsed.success && [undefined, list.kind, 'PartialObjectMetadata'].includes(parsed.data.kind);
  const taken = isOfKind ? take(item) : { bad: `an item is not of kind ${list.kind}` };
  if ('keep' in taken) kept.items.push(taken.keep);
  else if ('bad' in taken && kept.gaps.length < maxGaps)
    kept.gaps.push({
      what: `one of ${list.resource}`,
      reason: { kind: 'invalid', operation: `list ${list.resource}`, message: taken.bad },
    });
};

const listed = <T>(kept: Kept<T>, more: readonly Gap[]): Listed<T> => ({
  ok: true,
  items: kept.items,
  gaps: [...kept.gaps, ...more],
});

const endless = (resource: string, pages: number): Gap => ({
  what: `pages of ${resource} after page ${pages}`,
  reason: { kind: 'too-large', operation: `list ${resource}`, message: 'the list does not end' },
});
