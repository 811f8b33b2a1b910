const day = 24 * 60 * 60 * 1000;

/** Whole days from one instant to a later one, both ISO 8601. */
export const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / day);
