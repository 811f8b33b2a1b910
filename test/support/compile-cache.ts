import { given } from '../../lib/text/given.ts';

/** For a program with an environment of its own: where Node.js keeps compiled code during `npm test`, if anywhere. */
export const compileCache = given({ NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE });
