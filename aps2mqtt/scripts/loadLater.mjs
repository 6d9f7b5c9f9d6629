import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * An esbuild plugin that puts off loading modules until one of their exports is asked for: a run that needs none of
 * them pays for none of them.
 *
 * @param {readonly string[]} modules CommonJS packages or Node's own, as they are imported
 */
export function loadLater(modules) {
  const filter = new RegExp(`^(?:${modules.join('|')})$`);
  return {
    name: 'load-later',
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ path }) => ({ path, namespace: 'load-later' }));
      onResolve({ filter: /^now!/, namespace: 'load-later' }, ({ path }) => resolveNow(path.slice('now!'.length)));
      onLoad({ filter: /./, namespace: 'load-later' }, ({ path }) => {
        const getters = Object.keys(require(path)).map((name) => `get ${name}() { return load().${name}; }`);
        const contents = `const load = () => require('now!${path}'); module.exports = { ${getters.join(', ')} };`;
        return { contents, resolveDir: import.meta.dirname };
      });
    },
  };
}

/** The module itself. Node's own stays outside the bundle. */
function resolveNow(name) {
  return name.startsWith('node:') ? { path: name, external: true } : { path: require.resolve(name) };
}
