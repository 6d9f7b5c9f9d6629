import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

/**
 * An esbuild plugin that gives what is inside the libraries short names: a quarter of the file. Our own keep theirs, so
 * that the stack traces of a bug report can be read.
 */
export const shortNames = {
  name: 'short-names',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].+\.[cm]?js$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), {
        minifyIdentifiers: true,
        loader: 'js',
        sourcefile: path,
      });
      return { contents: code, loader: 'js' };
    });
  },
};
