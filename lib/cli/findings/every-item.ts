import type { Page, Paged } from '../../audit/ports.ts';
import { given } from '../../text.ts';

/** The items of all pages, each of at most `limit`. */
export const everyItem = async <T>(limit: number, read: (page: Page) => Promise<Paged<T>>): Promise<readonly T[]> => {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit, ...given({ cursor }) });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
};
