/** The part of dmn-moddle that is used here; it ships no types for it. */
declare module 'dmn-moddle' {
  export class DmnModdle {
    constructor(packages?: Record<string, unknown>);
    getPackages(): readonly { readonly uri: string; readonly prefix: string }[];
  }
}
