/** `npm run bench`: runs every measurement under bench/, one after the other, and prints one JSON document. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync('bench').filter(name => name.endsWith('.ts'));
if (names.length === 0) throw new Error('there is nothing under bench/');
const results = names.map(name => {
  process.stderr.write(`bench: ${name}\n`);
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', '--disable-warning=ExperimentalWarning', join('bench', name)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`bench/${name} ended with ${status}`);
  return [name.replace(/\.ts$/, ''), measured(stdout.trim())] as const;
});
process.stdout.write(`${JSON.stringify(Object.fromEntries(results), undefined, 2)}\n`);

/** The output of a measurement: one JSON document, or lines of which each may be one. */
function measured(text: string): unknown {
  const lines = text.split('\n');
  return parsed(text) ?? lines.map(line => parsed(line) ?? line);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
