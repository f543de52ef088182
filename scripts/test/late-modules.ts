import Module, { createRequire } from "node:module";

/**
 * Pulumi's SDK for Node loads the TypeScript compiler and npm's Arborist whenever it is loaded, for closures, of which there are none
 * here. That is half of what a start of a program or of a provider costs. Where this file is preloaded, they are loaded when they are
 * first asked for something. It means this repository's copy of the SDK alone: where others install the package, all is as they find it.
 */
const requireOfSdk = createRequire(createRequire(__filename).resolve("@pulumi/pulumi/runtime/index.js"));

for (const name of ["../typescript-shim.js", "@npmcli/arborist"]) {
  const file = requireOfSdk.resolve(name);
  const late = new Module(file);
  let real: object | undefined;
  const load = (): object => {
    if (requireOfSdk.cache[file] === late) Reflect.deleteProperty(requireOfSdk.cache, file);
    return (real ??= requireOfSdk(file) as object);
  };
  // The answer to the one question that is asked at once.
  late.exports = new Proxy(
    {},
    { get: (_, key) => (key === "__esModule" ? true : (Reflect.get(load(), key) as unknown)) },
  );
  late.loaded = true;
  requireOfSdk.cache[file] = late;
}
