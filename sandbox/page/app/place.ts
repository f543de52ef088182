import { useEffect, useState } from "preact/hooks";
import type { AirkitKind } from "../../airkit/forms";
import { KINDS } from "./airkit/forms";

/** Where in Airkit's console the address says that we are: a list, a blank form (`new`), or an object by its UUID. */
export interface Place {
  readonly kind: AirkitKind;
  readonly id?: string;
}

export function addressOf({ kind, id }: Place): string {
  return `/airkit/${kind}${id === undefined ? "" : `/${id}`}`;
}

export function placeOf(pathname: string): Place {
  const [, system, kind, id] = pathname.split("/");
  const known = KINDS.find((one) => system === "airkit" && one === kind) ?? "accounts";
  return known === kind && id !== undefined && id !== "" ? { kind: known, id: id.toLowerCase() } : { kind: known };
}

/** Follows a link of the page without loading it anew. */
export function go(event: MouseEvent): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.currentTarget instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  history.pushState(undefined, "", event.currentTarget.href);
  dispatchEvent(new PopStateEvent("popstate"));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.pathname));
  useEffect(() => {
    const look = (): void => {
      setPlace(placeOf(location.pathname));
    };
    addEventListener("popstate", look);
    return () => {
      removeEventListener("popstate", look);
    };
  }, []);
  return place;
}
