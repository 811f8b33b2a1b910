import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { isWithin } from '../../lib/cli/shell/files.ts';
import { ownPlace } from '../../lib/cli/shell/own-files.ts';

test.each(['XDG_CACHE_HOME', 'XDG_STATE_HOME'] as const)(
  'what a command keeps below %s is kept in the folder of the run of tests: whoever runs them keeps their own',
  folder => {
    const place = ownPlace({ env: process.env, cwd: process.cwd() }, folder, 'file');
    expect(place !== undefined && isWithin(place, tmpdir())).toBe(true);
  },
);
