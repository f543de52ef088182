import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { DeadLetters } from "./dead-letters/dead-letters";
import { Doctor } from "./doctor";
import { type Live, useLive } from "./live";
import { Overview } from "./overview";
import { SetUp } from "./set-up";

/** `open`: how many things a view has that wait for a person. */
const VIEWS = [
  { address: "#overview", title: "Overview", View: Overview, open: () => 0 },
  { address: "#set-up", title: "Set up", View: SetUp, open: stepsIn },
  { address: "#dead-letters", title: "Dead letters", View: DeadLetters, open: deadLettersIn },
  { address: "#doctor", title: "Doctor", View: Doctor, open: () => 0 },
] as const;

function Page() {
  const live = useLive();
  const address = useAddress();
  const chosen = VIEWS.find((view) => view.address === address) ?? VIEWS[0];
  const main = useRef<HTMLElement>(null);
  const { View, title } = chosen;
  useEffect(() => {
    document.title = `${title}: Kustomer Relays`;
  }, [title]);
  return (
    <>
      <header class="row spread bar">
        <h1>Kustomer Relays</h1>
        {live.readOnly && live.sources.length > 0 && <span class="badge quiet">read only</span>}
        <nav class="tabs" aria-label="Views">
          {VIEWS.map((view) => (
            <a
              key={view.address}
              href={view.address}
              aria-current={view === chosen ? "page" : undefined}
              onClick={() => {
                // For the keyboard and a screen reader: what comes next is the view.
                main.current?.focus({ preventScroll: true });
                scrollTo(0, 0);
              }}
            >
              {view.title}
              {view.open(live) > 0 && (
                <span class="count" aria-hidden="true">
                  {view.open(live)}
                </span>
              )}
            </a>
          ))}
        </nav>
      </header>
      <div role="status" aria-live="polite">
        {live.trouble !== undefined && <p class="banner bad wide-banner">{live.trouble}</p>}
      </div>
      <main class="stack" ref={main} tabIndex={-1}>
        <h2 class="visually-hidden">{title}</h2>
        {live.sources.length > 0 ? <View live={live} /> : live.trouble === undefined && <p class="quiet">Loading…</p>}
      </main>
    </>
  );
}

function stepsIn({ setups }: Live): number {
  return Object.values(setups).reduce((sum, { steps }) => sum + steps.length, 0);
}

function deadLettersIn({ sources }: Live): number {
  const all = sources.flatMap(({ status }) => status?.destinations ?? []);
  return all.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
}

function useAddress(): string {
  const [address, setAddress] = useState(location.hash);
  useEffect(() => {
    const look = (): void => {
      setAddress(location.hash);
    };
    addEventListener("hashchange", look);
    return () => {
      removeEventListener("hashchange", look);
    };
  }, []);
  return address;
}

const root = document.getElementById("page");
if (root !== null) render(<Page />, root);
