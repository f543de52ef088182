import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { DeadLetters } from "./dead-letters";
import { Doctor } from "./doctor";
import { useLive } from "./live";
import { Overview } from "./overview";
import { SetUp } from "./set-up";

const VIEWS = [
  { address: "#overview", title: "Overview", View: Overview },
  { address: "#set-up", title: "Set up", View: SetUp },
  { address: "#dead-letters", title: "Dead letters", View: DeadLetters },
  { address: "#doctor", title: "Doctor", View: Doctor },
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
      <header class="row spread">
        <h1>Kustomer Relays</h1>
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
            </a>
          ))}
        </nav>
      </header>
      <p class="trouble bad" role="status" aria-live="polite">
        {live.trouble}
      </p>
      <main class="stack" ref={main} tabIndex={-1}>
        <h2 class="visually-hidden">{title}</h2>
        {live.sources.length === 0 ? <p class="quiet">Loading…</p> : <View live={live} />}
      </main>
    </>
  );
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
