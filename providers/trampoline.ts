/**
 * The text that Pulumi stores with every dynamic resource and runs in its provider process. Ours only finds this package
 * from the program's folder: the state stays small, old states run new code, and changed code is no difference.
 *
 * It looks where Node looks from there, this package's own folder included. Then in pnpm's folder of everything it has
 * installed, here and in each folder above: where only a company's package depends on this one, it is nowhere else.
 *
 * Where the package is missing, Node's message ends with the file that asked for it; so that file, which need not exist, is
 * called what a person has to do.
 *
 * The text is a contract with every state ever written: it can never change, and neither can the names it uses.
 */
export function trampoline(lifecycle: string): string {
  return (
    `exports.handler=()=>{const r=require("module").createRequire(process.cwd()+"/run: npm install pulumi-kustomer-relay");` +
    `return r(r.resolve("pulumi-kustomer-relay/provider",{paths:[".",...r.resolve.paths("x").map(p=>p+"/.pnpm")]})).${lifecycle}}`
  );
}
