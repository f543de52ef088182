import { useEffect, useRef } from "preact/hooks";
import type { RunView } from "../views";
import { Trouble, useAct } from "./act";
import { Confirm } from "./confirm";
import { ask } from "./server";

const WORDS = { running: "is running…", done: "is done", failed: "failed", cancelled: "was cancelled" } as const;

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
        <Confirm
          label="pulumi up"
          primary={isNext}
          disabled={isRunning || readOnly}
          question="pulumi up changes what is live. Go on?"
          yes="Run pulumi up"
          onYes={() => void act(() => ask("up", { source }))}
        />
        {isRunning && (
          <button type="button" class="danger" onClick={() => void act(() => ask("cancel", { source }))}>
            cancel
          </button>
        )}
        {run !== undefined && (
          <span role="status" class={run.state === "failed" ? "bad" : run.state === "done" ? "good" : ""}>
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
