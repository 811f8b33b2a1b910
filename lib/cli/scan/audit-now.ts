import type { Io } from '../shell/io.ts';
import { progress } from '../shell/progress.ts';
import { type Audited, auditSession, type SessionOptions } from './audit-session.ts';

/** An audit of now, with its progress on the terminal. Throws as `auditSession` does. */
export const auditNow = async (options: SessionOptions, io: Io): Promise<Audited> => {
  const { tell, done } = progress(io);
  return await auditSession(options, io, tell).finally(done);
};
