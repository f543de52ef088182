/**
 * The text that Pulumi stores with every dynamic resource and runs in its provider process. Ours only finds this package
 * from the program's folder: the state stays small, old states run new code, and changed code is no difference.
 *
 * It is a contract with every state ever written: it can never change, and neither can the names it uses.
 */
export function trampoline(lifecycle: string): string {
  return `exports.handler=()=>{try{return require("module").createRequire(process.cwd()+"/")("pulumi-kustomer-relay/provider").${lifecycle}}catch(e){e.stack="";e.message+="\\nIn this folder run: npm install pulumi-kustomer-relay";throw e}}`;
}
