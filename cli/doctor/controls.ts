import { type RelayControls, sentencesOf } from "../../receiver/controls";
import { list } from "../words";
import { type Finding, ok, warn } from "./check";

/** An override is somebody's intention, so it is no failure; but whoever comes next has to know of it. */
export function judgeControls(controls: readonly RelayControls[], option = ""): Finding {
  const notes = controls.flatMap(({ relay, overrides, paused, declared }) => {
    const sentences = sentencesOf(overrides);
    if (paused && declared?.paused === true) sentences.push("declared as paused");
    return sentences.map((sentence) => `${relay}: ${sentence}`);
  });
  if (notes.length === 0) return ok("no relay is paused, nothing stands above what is declared");
  return warn(list(notes), `when it is no longer needed: \`kustomer-relay resume --relay NAME${option}\``);
}
