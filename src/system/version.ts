declare const ZD_VERSION: string | undefined;

/** The version of the package, inserted by the build. */
export const VERSION: string = typeof ZD_VERSION === 'string' ? ZD_VERSION : '0.0.0-source';
