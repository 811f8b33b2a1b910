/** The environment of a program that keeps the machine's clock where scripts/test-days.ts moves that of tests. */
export const machineClock = (): NodeJS.ProcessEnv => ({ ...process.env, LD_PRELOAD: '' });
