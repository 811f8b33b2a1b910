/** Fields that several parts of the configuration share. */
import * as z from 'zod';
import { toldKinds } from '../history/transition.ts';
import { severities } from '../model.ts';

/** An AWS account id. */
export const accountId = z.string().regex(/^\d{12}$/, 'the 12 digits of an AWS account');

/** A root or an organizational unit (AWS Organizations API Reference, Parent). */
export const parentId = z
  .string()
  .regex(
    /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/,
    'the id of a unit or root: ou-ab12-cdef3456 or r-ab12',
  );

/** A severity. */
export const severity = z.enum(severities);

/** A list in which no entry stands twice. */
export const distinct = (entry: z.ZodString) =>
  z.array(entry).superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [index, value] of list.entries()) {
      if (seen.has(value)) context.addIssue({ code: 'custom', path: [index], message: 'each entry once' });
      seen.add(value);
    }
  });

/** An unknown time zone would fail only when an alert is due. `Intl` ignores the letter case of a name, EventBridge Scheduler
 *  is not known to. */
const isTimeZone = (name: string): boolean => {
  try {
    return (
      /^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
    );
  } catch {
    return false;
  }
};

/** An IANA time zone. */
export const timeZone = z.string().refine(isTimeZone, 'a time zone such as Europe/Berlin');

/** The filter of a destination: all given fields must hold. */
export const when = z.strictObject({
  minSeverity: severity.optional(),
  accounts: z.array(accountId).min(1).optional(),
  clusters: z.array(z.string().min(1)).min(1).optional(),
  namespaces: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Findings about service accounts and pods of these namespaces, in any cluster that `clusters` allows.'),
  owners: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Findings of these owners: by the label owner of the namespace, else the tag of the role or cluster.'),
  rules: z.array(z.string().min(1)).min(1).optional(),
  transitions: z.array(z.enum(toldKinds)).min(1).optional(),
});

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as hh:mm');

/** Hours in which a digest waits. */
export const quietHours = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  timeZone,
  /** Findings at or above this severity are sent all the same. */
  exceptSeverity: severity.default('critical'),
});
