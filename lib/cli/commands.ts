import type { Command } from 'commander';
import { canAssume } from './commands/can-assume.ts';
import { lint } from './commands/lint.ts';
import { scanCommand } from './commands/scan.ts';
import { whoCanAssume } from './commands/who-can-assume.ts';
import type { Io } from './io.ts';

/** Every command, one file each under commands/. */
export const commands: readonly ((io: Io) => Command)[] = [canAssume, whoCanAssume, lint, scanCommand];
