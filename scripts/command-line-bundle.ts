import type { BuildOptions } from 'esbuild';

/** How the command line is bundled: each command is a file of its own, loaded when it is used. */
export const commandLineBundle: BuildOptions = {
  entryPoints: ['bin/irsa-auditor.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  external: ['aws-cdk-lib', 'constructs', 'esbuild'],
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
};

/** The construct: one file. CDK is the app's own, or its constructs would not belong to one tree. */
export const constructBundle: BuildOptions = {
  ...commandLineBundle,
  entryPoints: { construct: 'bin/construct.ts' },
  splitting: false,
};
