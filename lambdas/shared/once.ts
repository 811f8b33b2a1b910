/** Makes a value when it is first asked for, and then keeps it: nothing is made at import. Callers mark it pure, so that
 *  a bundle leaves out what its step does not use. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
