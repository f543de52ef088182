import { useState } from "preact/hooks";

/** Puts a text into the clipboard and says so. `what` names it for a screen reader. */
export function CopyButton({ text, what }: { text: string | (() => Promise<string>); what: string }) {
  const [state, setState] = useState<"copy" | "copied" | "cannot copy">("copy");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      setState("copied");
    } catch {
      setState("cannot copy");
    }
    setTimeout(() => {
      setState("copy");
    }, 1500);
  };
  return (
    <button type="button" aria-label={`copy ${what}`} onClick={() => void copy()}>
      <span aria-live="polite">{state}</span>
    </button>
  );
}
