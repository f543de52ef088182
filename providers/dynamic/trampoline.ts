/**
 * The text that Pulumi stores with every dynamic resource and runs in its provider process. Ours only finds this package
 * from the program's folder: the state stays small, old states run new code, and changed code is no difference.
 *
 * Where the package is missing, Node's message ends with the file that asked for it; so that file, which need not exist, is
 * called what a person has to do.
 *
 * The text is a contract with every state ever written: it can never change, and neither can the names it uses.
 */
export function trampoline(lifecycle: string): string {
  return `exports.handler=()=>require("module").createRequire(process.cwd()+"/run: npm install pulumi-kustomer-relay")("pulumi-kustomer-relay/provider").${lifecycle}`;
}
