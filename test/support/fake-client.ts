/** A client of AWS that answers each call by its name and input. */
export const fakeClient = (answer: (name: string, input: Readonly<Record<string, unknown>>) => unknown): never =>
  ({ send: async ({ constructor: { name }, input }: Sent) => answer(name.replace(/Command$/, ''), input) }) as never;

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<string, unknown>>;
}
