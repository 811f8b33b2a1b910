import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The library that moves the clock of a process, where Debian's package `faketime` puts it; undefined where it is not. */
export const libfaketime = (): string | undefined =>
  (existsSync('/usr/lib') ? readdirSync('/usr/lib') : [])
    .map(folder => join('/usr/lib', folder, 'faketime/libfaketime.so.1'))
    .find(path => existsSync(path));
