import { useRef } from "preact/hooks";

interface ConfirmProps {
  readonly label: string;
  readonly question: string;
  readonly yes: string;
  readonly onYes: () => void;
  /** Called as it is asked, for a question that has to be made up first. */
  readonly onAsk?: () => Promise<unknown>;
  readonly disabled?: boolean;
  readonly primary?: boolean;
  readonly danger?: boolean;
}

/** A button that asks before it acts. */
export function Confirm({ label, question, yes, onYes, onAsk, disabled, primary, danger }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = async (): Promise<void> => {
    await onAsk?.();
    dialog.current?.showModal();
  };
  return (
    <>
      <button
        type="button"
        class={primary === true ? "primary" : danger === true ? "danger" : ""}
        disabled={disabled}
        onClick={() => void open()}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-label={label}>
        <form method="dialog" class="stack">
          <p>{question}</p>
          <div class="row">
            <button class={danger === true ? "danger" : "primary"} onClick={onYes}>
              {yes}
            </button>
            <button>Cancel</button>
          </div>
        </form>
      </dialog>
    </>
  );
}
