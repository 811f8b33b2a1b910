import type { Command } from 'commander';
import { canAssume } from './commands/can-assume.ts';
import { completionCommand } from './commands/completion.ts';
import { explainCommand } from './commands/explain.ts';
import { findingsCommand } from './commands/findings.ts';
import { graphCommand } from './commands/graph.ts';
import { initCommand } from './commands/init.ts';
import { lint } from './commands/lint.ts';
import { notifyCommand } from './commands/notify.ts';
import { proveCommand } from './commands/prove.ts';
import { reportCommand } from './commands/report.ts';
import { rulesCommand } from './commands/rules.ts';
import { scanCommand } from './commands/scan.ts';
import { whoCanAssume } from './commands/who-can-assume.ts';
import type { Io } from './io.ts';

/** Every command, one file each under commands/. */
export const commands: readonly ((io: Io) => Command)[] = [
  canAssume,
  whoCanAssume,
  lint,
  scanCommand,
  explainCommand,
  proveCommand,
  initCommand,
  findingsCommand,
  reportCommand,
  graphCommand,
  rulesCommand,
  notifyCommand,
  completionCommand,
];
