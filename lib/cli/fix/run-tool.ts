import { spawn } from 'node:child_process';
import type { Io } from '../shell/io.ts';

/** The outcome of a program. `code` is undefined where it could not be run, or did not end in time. */
export interface ToolRun {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the PATH with exactly these arguments, without a shell. */
export type RunTool = (tool: string, args: readonly string[], input?: string) => Promise<ToolRun>;

const timeoutMs = 120_000;
const maxOutput = 4 * 1024 * 1024;

/** Runs tools with the environment of the command; no pager, no prompt. */
export const toolRunner =
  ({ env, cwd }: Pick<Io, 'env' | 'cwd'>): RunTool =>
  (tool, args, input) =>
    new Promise(resolve => {
      const child = spawn(tool, [...args], {
        cwd,
        env: { ...env, AWS_PAGER: '', AWS_CLI_AUTO_PROMPT: 'off' },
        timeout: timeoutMs,
        // ^C in a terminal goes to the whole group: a write that has begun is let end.
        detached: process.platform !== 'win32',
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        if (stdout.length < maxOutput) stdout += part;
      });
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        if (stderr.length < maxOutput) stderr += part;
      });
      child.on('error', error => {
        const isAbsent = 'code' in error && error.code === 'ENOENT';
        resolve({ code: undefined, stdout, stderr: isAbsent ? `no ${tool} on the PATH` : error.message });
      });
      child.on('close', (code, signal) =>
        resolve({ code: code ?? undefined, stdout, stderr: signal === null ? stderr : `${stderr}ended by ${signal}` }),
      );
      // A program that reads nothing closes its end.
      child.stdin.on('error', () => undefined).end(input ?? '');
    });
