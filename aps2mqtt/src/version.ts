declare const VERSION: string;

/** Set by the bundler from package.json. */
export const version = typeof VERSION === 'string' ? VERSION : 'development';
