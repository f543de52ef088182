import { useEffect, useRef } from "preact/hooks";
import type { RunView } from "../views";
import { Trouble, useAct } from "./act";
import { DialogButton } from "./dialog";
import { ask } from "./server";

const WORDS = { running: "is running…", done: "is done", failed: "failed", cancelled: "was cancelled" } as const;
const TONES = { running: "quiet", done: "good", failed: "bad", cancelled: "warn" } as const;

/** `pulumi preview` and `pulumi up`, with what the CLI prints. */
export function Run({
  source,
  run,
  isNext,
  readOnly,
}: {
  source: string;
  run: RunView | undefined;
  isNext: boolean;
  readOnly: boolean;
}) {
  const { trouble, act } = useAct();
  const output = useRef<HTMLPreElement>(null);
  const isRunning = run?.state === "running";
  const text = run?.text;
  useEffect(() => {
    output.current?.scrollTo({ top: output.current.scrollHeight });
  }, [text]);
  return (
    <div class="card stack">
      <div class="row">
        <button type="button" disabled={isRunning} onClick={() => void act(() => ask("preview", { source }))}>
          pulumi preview
        </button>
        <DialogButton
          label="pulumi up"
          title="Run pulumi up?"
          {...(isNext && { look: "primary" })}
          disabled={isRunning || readOnly}
          yes="Run pulumi up"
          onYes={() => void act(() => ask("up", { source }))}
        >
          <p>It changes what is live. pulumi preview shows what it would do.</p>
        </DialogButton>
        {isRunning && (
          <button type="button" class="danger" onClick={() => void act(() => ask("cancel", { source }))}>
            Cancel the run
          </button>
        )}
        {run !== undefined && (
          <span role="status" class={TONES[run.state]}>
            pulumi {run.what} {WORDS[run.state]}
          </span>
        )}
      </div>
      <Trouble text={trouble} />
      {run !== undefined && run.text !== "" && (
        <pre ref={output} tabIndex={0} role="region" aria-label="What pulumi prints">
          {run.text}
        </pre>
      )}
    </div>
  );
}
