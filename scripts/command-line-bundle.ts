import type { BuildOptions } from 'esbuild';

/** The options of every bundle for people's machines. */
export const bundleOptions: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  minify: true,
};

const moduleOptions: BuildOptions = {
  ...bundleOptions,
  format: 'esm',
  external: ['aws-cdk-lib', 'constructs', 'esbuild'],
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
};

/** How the command line is bundled: each command is a file of its own, loaded when it is used. */
export const commandLineBundle: BuildOptions = {
  ...moduleOptions,
  entryPoints: ['bin/irsa-auditor.ts'],
  outdir: 'dist',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
};

/** The construct: one file. CDK is the app's own, or its constructs would not belong to one tree. */
export const constructBundle: BuildOptions = { ...moduleOptions, entryPoints: { construct: 'bin/construct.ts' } };
