import { useState } from "preact/hooks";
import { RATES, type RelayControls, sentencesOf } from "../../../receiver/controls";
import { Trouble, useAct } from "./act";
import { DialogButton } from "./dialog";
import { ask } from "./server";

interface DeliveryProps {
  readonly source: string;
  readonly controls: RelayControls;
  readonly readOnly: boolean;
}

/** How a relay's events are delivered now, and what the commands pause, limit and resume do about it. */
export function Delivery({ source, controls, readOnly }: DeliveryProps) {
  const { relay, paused, maxPerSecond, overrides } = controls;
  const { busy, trouble, act } = useAct();
  const sentences = sentencesOf(overrides);
  const disabled = busy || readOnly;
  const order = (what: object): void => void act(() => ask("override", { source, relay, ...what }));
  return (
    <div class="stack tight">
      <div class="row">
        <span class={`badge ${paused ? "warn" : maxPerSecond === undefined ? "good" : "quiet"}`}>
          {paused ? "paused" : maxPerSecond === undefined ? "flowing" : `at most ${maxPerSecond}/s`}
        </span>
        {!paused && (
          <Override what="pause" relay={relay} disabled={disabled} order={order}>
            Events are taken and kept, and none is delivered.
          </Override>
        )}
        <Override what="limit" relay={relay} disabled={disabled} order={order}>
          So many requests go to the destination in any second, tries of events that failed included.
        </Override>
        {(paused || sentences.length > 0) && (
          <button
            type="button"
            class="small"
            aria-label={`Resume ${relay}`}
            disabled={disabled}
            onClick={() => {
              order({ do: "resume" });
            }}
          >
            Resume
          </button>
        )}
      </div>
      {sentences.map((sentence) => (
        <p key={sentence} class="quiet small">
          Override: {sentence}
        </p>
      ))}
      <Trouble text={trouble} />
    </div>
  );
}

interface OverrideProps {
  readonly what: "pause" | "limit";
  readonly relay: string;
  readonly disabled: boolean;
  readonly order: (what: object) => void;
  readonly children: string;
}

const NOTHING = { rate: "", for: "", reason: "" };
const TITLES = { pause: "Pause", limit: "Limit" } as const;
/** What most people mean. */
const TIMES = ["15m", "30m", "2h", "1d"];

function Override({ what, relay, disabled, order, children }: OverrideProps) {
  const [wish, setWish] = useState(NOTHING);
  const title = TITLES[what];
  const reset = (): Promise<void> => {
    setWish(NOTHING);
    return Promise.resolve();
  };
  const give = (): void => {
    const maxPerSecond = wish.rate.trim() === "" ? "none" : Number(wish.rate);
    order({
      do: what,
      ...(what === "limit" && { maxPerSecond }),
      ...(wish.for !== "" && { for: wish.for }),
      ...(wish.reason.trim() !== "" && { reason: wish.reason.trim() }),
    });
  };
  const field = (name: keyof typeof NOTHING) => ({
    value: wish[name],
    autoComplete: "off",
    onInput: (event: { currentTarget: HTMLInputElement }) => {
      setWish({ ...wish, [name]: event.currentTarget.value });
    },
  });
  return (
    <DialogButton
      label={what === "limit" ? "Limit…" : "Pause…"}
      name={`${title} ${relay}`}
      title={`${title} ${relay}`}
      yes={title}
      onYes={give}
      onAsk={reset}
      disabled={disabled}
      look="small"
    >
      <p class="quiet">{children}</p>
      {what === "limit" && (
        <label>
          <span>Requests a second (empty: no limit)</span>
          <input type="number" min={RATES.least} max={RATES.most} step="any" {...field("rate")} />
        </label>
      )}
      <label>
        <span>For how long (empty: until somebody resumes it)</span>
        <input
          type="text"
          list={`times-${what}-${relay}`}
          pattern="\d{1,9}[smhd]"
          title="A number and s, m, h or d: 30m, 2h, 1d"
          placeholder="30m, 2h, 1d"
          {...field("for")}
        />
        <datalist id={`times-${what}-${relay}`}>
          {TIMES.map((time) => (
            <option key={time} value={time} />
          ))}
        </datalist>
      </label>
      <label>
        <span>Why, for whoever looks later</span>
        <input type="text" maxLength={200} {...field("reason")} />
      </label>
    </DialogButton>
  );
}
