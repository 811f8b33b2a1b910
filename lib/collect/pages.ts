import { type Collected, complete, type ReadFailure, unavailable, withGaps } from '../model.ts';

import { invalidAnswer, readFailureFromError } from './unread-from-error.ts';

/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next?: string | null | undefined;
  /** Whether more follows, where the answer says so beside the token. */
  readonly hasMore?: boolean;
}

/** A list that comes in pages. */
export interface PagedList {
  /** As IAM writes it. */
  readonly operation: string;
  readonly maxPages: number;
  /** The list in the gap of a page: `page 2 of add-ons`. */
  readonly name: string;
  /** The list in the gap of all that follows a page, where it is not its name. */
  readonly rest?: string;
  /** The fault of an answer that is not a page, and of a list without an end. */
  readonly notPage?: string;
  readonly tooMany?: string;
}

/** All pages of a list; those before one that cannot be read are kept. `ask` answers undefined for what is no page; `refused`
 *  says how an error is told, where it is not the failure alone. */
export const pagesOf = async <T>(
  { operation, maxPages, name, rest = name, notPage = 'the answer is not a page', tooMany }: PagedList,
  ask: (token: string | undefined) => Promise<ListPage<T> | undefined>,
  refused: (error: unknown, reason: ReadFailure) => Collected<never> = (_error, reason) => unavailable(reason),
): Promise<Collected<readonly T[]>> => {
  const items: T[] = [];
  let token: string | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const read = await ask(token).then(
      (answer): Collected<ListPage<T>> =>
        answer === undefined ? unavailable(invalidAnswer(operation, notPage)) : complete(answer),
      (error: unknown): Collected<ListPage<T>> => refused(error, readFailureFromError(error, operation)),
    );
    if (read.status === 'unavailable')
      return page === 1 ? read : withGaps(items, [{ what: `page ${page} of ${name}`, reason: read.reason }]);
    items.push(...read.value.items);
    const { next, hasMore = Boolean(next) } = read.value;
    if (!hasMore) return complete(items);
    if (!next || next === token) {
      const fault = next ? 'the same page token came twice' : 'more is said to follow, without a page token';
      const reason = invalidAnswer(operation, fault);
      return withGaps(items, [{ what: `${rest} after page ${page}`, reason }]);
    }
    token = next;
  }
  const message = tooMany ?? `more than ${maxPages} pages`;
  return withGaps(items, [
    { what: `${rest} after page ${maxPages}`, reason: { kind: 'too-large', operation, message } },
  ]);
};
