import { PublicApi } from "../public-api";
import { sentencesOfResources } from "../sentences";
import type { Words } from "./component";

/** The comments beside the declarations, for the schema. */
export function words(): Words {
  const resources = sentencesOfResources();
  const api = new PublicApi();
  const told = new Map<string, ReadonlyMap<string, string>>();
  const argumentsOf = (name: string): ReadonlyMap<string, string> => {
    const known = told.get(name) ?? api.sentencesOfArguments(name);
    told.set(name, known);
    return known;
  };
  return {
    class: (name) => resources.get(name)?.resource ?? api.sentenceOf(name),
    input: (resource, name) => resources.get(resource)?.inputs.get(name) ?? "",
    output: (resource, name) => resources.get(resource)?.outputs.get(name) ?? api.sentenceOfProperty(resource, name),
    argument: (name, path) => argumentsOf(name).get(path) ?? "",
  };
}
