import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

export interface DialogButtonProps {
  readonly label: string;
  /** Where the label alone does not say what it is about. */
  readonly name?: string;
  readonly title: string;
  readonly yes: string;
  readonly onYes: () => void;
  /** Called as it is asked, for a question that has to be made up first. */
  readonly onAsk?: () => Promise<unknown>;
  readonly disabled?: boolean;
  readonly look?: "primary" | "danger" | "small";
  /** What is said, or asked for, before it is done. */
  readonly children: ComponentChildren;
}

/** A button that asks before it acts. */
export function DialogButton(props: DialogButtonProps) {
  const { label, name, title, yes, onYes, onAsk, disabled, look, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const open = async (): Promise<void> => {
    await onAsk?.();
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" class={look} aria-label={name} disabled={disabled} onClick={() => void open()}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={heading}>
        <form method="dialog" class="stack" onSubmit={onYes}>
          <h4 id={heading}>{title}</h4>
          {children}
          <div class="row end">
            <button type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button class={look === "danger" ? "danger solid" : "primary"}>{yes}</button>
          </div>
        </form>
      </dialog>
    </>
  );
}
