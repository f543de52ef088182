import { useState } from "preact/hooks";
import { CopyButton } from "./copy-button";

/** A secret that is fetched when "show" is pressed, never before, and forgotten when it is hidden again. */
export function Secret({ what, fetchSecret }: { what: string; fetchSecret: () => Promise<string> }) {
  const [shown, setShown] = useState<string>();
  const [trouble, setTrouble] = useState<string>();
  const toggle = async (): Promise<void> => {
    if (shown !== undefined) {
      setShown(undefined);
      return;
    }
    try {
      setTrouble(undefined);
      setShown(await fetchSecret());
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <span class="row">
      <code>{shown ?? "••••••••"}</code>
      <button
        type="button"
        class="small"
        aria-label={`${shown === undefined ? "show" : "hide"} ${what}`}
        onClick={() => void toggle()}
      >
        {shown === undefined ? "Show" : "Hide"}
      </button>
      <CopyButton what={what} text={fetchSecret} />
      {trouble !== undefined && (
        <span class="bad" role="alert">
          {trouble}
        </span>
      )}
    </span>
  );
}
