import { startProgram } from "../../cli/start-program";
import type { Tools } from "../../toolbox/aws-local";

export interface PolicyFinding {
  /** parliament's name for it, for example `RESOURCE_MISMATCH` or `UNKNOWN_ACTION`. */
  readonly issue: string;
  readonly detail: string;
}

const SCRIPT = `
import json, sys, parliament
def findings(document):
    policy = parliament.analyze_policy_string(json.dumps(document), include_community_auditors=True)
    return [{"issue": f.issue, "detail": f.detail if isinstance(f.detail, str) else json.dumps(f.detail, default=str)} for f in policy.findings]
json.dump([findings(document) for document in json.load(sys.stdin)], sys.stdout)
`;

/** What the linter parliament finds in each of these policy documents, in their order: an empty list where all is well. */
export async function policyFindings(
  { python }: Pick<Tools, "python">,
  documents: readonly object[],
): Promise<PolicyFinding[][]> {
  const { status, stdout, stderr } = await startProgram(python, ["-c", SCRIPT], { input: JSON.stringify(documents) })
    .ended;
  if (status !== 0) throw new Error(`parliament ended with status ${String(status)}: ${stderr}`);
  return JSON.parse(stdout) as PolicyFinding[][];
}
