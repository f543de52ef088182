import { useState } from "preact/hooks";

/** Puts a text into the clipboard and says so. `what` names it for a screen reader. */
export function CopyButton({ text, what }: { text: string | (() => Promise<string>); what: string }) {
  const [state, setState] = useState<"Copy" | "Copied" | "Cannot copy">("Copy");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      setState("Copied");
    } catch {
      setState("Cannot copy");
    }
    setTimeout(() => {
      setState("Copy");
    }, 1500);
  };
  return (
    <button type="button" class="small" aria-label={`copy ${what}`} onClick={() => void copy()}>
      <span aria-live="polite">{state}</span>
    </button>
  );
}
