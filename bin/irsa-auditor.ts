#!/usr/bin/env node
import { main } from '../lib/cli/main.ts';
import { processIo } from './process-io.ts';

await main(process.argv.slice(2), processIo());
