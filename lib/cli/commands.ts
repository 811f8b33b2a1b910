import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Every command, one file each under commands/. */
export const commands: readonly ((io: Io) => Command)[] = [];
