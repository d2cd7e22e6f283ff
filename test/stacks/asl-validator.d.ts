/** The validator ships no types: this is the part of it that the tests use. */
declare module 'asl-validator' {
  interface Options {
    readonly checkArn?: boolean;
    readonly checkPaths?: boolean;
  }
  const validate: (
    definition: unknown,
    options?: Options,
  ) => { readonly isValid: boolean; readonly errors: readonly object[] };
  // biome-ignore lint/style/noDefaultExport: it is what the package exports
  export default validate;
}
