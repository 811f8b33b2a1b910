/** The fields of an object that have a value, each of its exact type. */
type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out the fields that are undefined: in the model an absent field and an undefined one are not the same. */
export const given = <T extends object>(fields: T): Given<T> => {
  const present: Given<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) present[key] = value as Exclude<T[typeof key], undefined>;
  }
  return present;
};
