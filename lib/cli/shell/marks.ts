import type { Marks } from '../../why/render-why.ts';
import type { Io } from './io.ts';

/** The characters of a checked list: plain ASCII on a terminal whose locale is another than UTF-8. */
export const marksOf = ({ env, stdoutIsTerminal }: Io): Marks => {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8';
  return stdoutIsTerminal && !/utf-?8/i.test(locale)
    ? { ok: '+', failed: 'x', unread: '?' }
    : { ok: '✔', failed: '✖', unread: '?' };
};
